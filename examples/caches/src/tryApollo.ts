/** The tour with Apollo Client: node dist/tryApollo.js [URL] */

import { apolloClient } from './apollo.js';
import {
  CartPageDocument,
  ChangeLinesDocument,
  StartCartDocument,
  SubscriptionsDocument,
} from './generated/graphql.js';
import { address, present, type Shop, tour } from './tour.js';

const client = apolloClient(address());

const shop: Shop = {
  async start(tenantId, lineItems) {
    const variables = { input: { customer: { tenantId }, lineItems } };
    const { data } = await client.mutate({ mutation: StartCartDocument, variables });
    return present(data?.createCart?.cart).id;
  },

  async page(variables) {
    const { data } = await client.query({ query: CartPageDocument, variables });
    return present(data?.cart);
  },

  async change(input) {
    const { data } = await client.mutate({ mutation: ChangeLinesDocument, variables: { input } });
    return present(data?.updateCartLineItems).errors;
  },

  async subscriptions(tenantId, after) {
    const variables = { customer: { tenantId }, first: 4, after };
    // In a component, `fetchMore({ variables: { after } })` reads the next page.
    const fetchPolicy = after ? 'network-only' : 'cache-first';
    const { data } = await client.query({ query: SubscriptionsDocument, variables, fetchPolicy });
    return present(data?.customer?.subscriptions);
  },
};

await tour(shop);
