/** The tour with urql: node dist/tryGraphcache.js [URL] */

import {
  CartPageDocument,
  ChangeCartPageDocument,
  StartCartDocument,
  SubscriptionsDocument,
} from './generated/graphql.js';
import { urqlClient } from './graphcache.js';
import { address, present, type Shop, tour } from './tour.js';

const client = urqlClient(address(), process.env.TOKEN);
const first = 4;

const shop: Shop = {
  async start(tenantId, lineItems) {
    const { data } = await client.mutation(StartCartDocument, { input: { customer: { tenantId }, lineItems } });
    return present(data?.createCart?.cart).id;
  },

  async page(cart) {
    const { data } = await client.query(CartPageDocument, { cart });
    return present(data?.cart);
  },

  async change(input) {
    const { data } = await client.mutation(ChangeCartPageDocument, { input });
    return present(data?.updateCartLineItems).errors;
  },

  async load(tenantId, after) {
    const { data } = await client.query(SubscriptionsDocument, { customer: { tenantId }, first, after });
    return present(data?.customer?.subscriptions).pageInfo;
  },

  async subscriptions(tenantId) {
    const { data } = await client.query(SubscriptionsDocument, { customer: { tenantId }, first });
    const { nodes, totalCount } = present(data?.customer?.subscriptions);
    return { ids: nodes.map(({ id }) => id), totalCount: present(totalCount) };
  },
};

await tour(shop);
