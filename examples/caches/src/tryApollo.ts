/** The tour with Apollo Client: node dist/tryApollo.js [URL] */

import { apolloClient } from './apollo.js';
import {
  CartPageDocument,
  ChangeCartPageDocument,
  StartCartDocument,
  SubscriptionsDocument,
} from './generated/graphql.js';
import { address, present, type Shop, tour } from './tour.js';

const client = apolloClient(address(), process.env.TOKEN);
const first = 4;

const shop: Shop = {
  async start(tenantId, lineItems) {
    const variables = { input: { customer: { tenantId }, lineItems } };
    const { data } = await client.mutate({ mutation: StartCartDocument, variables });
    return present(data?.createCart?.cart).id;
  },

  async page(cart) {
    const { data } = await client.query({ query: CartPageDocument, variables: { cart } });
    return present(data?.cart);
  },

  async change(input) {
    const { data } = await client.mutate({ mutation: ChangeCartPageDocument, variables: { input } });
    return present(data?.updateCartLineItems).errors;
  },

  async load(tenantId, after) {
    const variables = { customer: { tenantId }, first, after };
    // In a component, `fetchMore({ variables: { after } })` does the same.
    const { data } = await client.query({ query: SubscriptionsDocument, variables, fetchPolicy: 'network-only' });
    return present(data?.customer?.subscriptions).pageInfo;
  },

  async subscriptions(tenantId) {
    const variables = { customer: { tenantId }, first };
    const { data } = await client.query({ query: SubscriptionsDocument, variables });
    const { nodes, totalCount } = present(data?.customer?.subscriptions);
    return { ids: nodes.map(({ id }) => id), totalCount: present(totalCount) };
  },
};

await tour(shop);
