/** The tour with urql: node dist/tryGraphcache.js [URL] */

import {
  CartPageDocument,
  ChangeLinesDocument,
  StartCartDocument,
  SubscriptionsDocument,
} from './generated/graphql.js';
import { urqlClient } from './graphcache.js';
import { address, present, type Shop, tour } from './tour.js';

const client = urqlClient(address());

const shop: Shop = {
  async start(tenantId, lineItems) {
    const { data } = await client.mutation(StartCartDocument, { input: { customer: { tenantId }, lineItems } });
    return present(data?.createCart?.cart).id;
  },

  async page(variables) {
    const { data } = await client.query(CartPageDocument, variables);
    return present(data?.cart);
  },

  async change(input) {
    const { data } = await client.mutation(ChangeLinesDocument, { input });
    return present(data?.updateCartLineItems).errors;
  },

  async subscriptions(tenantId, after) {
    const { data } = await client.query(SubscriptionsDocument, { customer: { tenantId }, first: 4, after });
    return present(data?.customer?.subscriptions);
  },
};

await tour(shop);
