/** The tour with Relay: node dist/tryRelay.js [URL] */

import { commitMutation, fetchQuery, type GraphQLTaggedNode, type MutationParameters } from 'relay-runtime';

import CartPageDocument, { type CartPage } from './__generated__/CartPage.graphql.js';
import ChangeLinesDocument, { type ChangeLines } from './__generated__/ChangeLines.graphql.js';
import StartCartDocument, { type StartCart } from './__generated__/StartCart.graphql.js';
import SubscriptionsDocument, { type Subscriptions } from './__generated__/Subscriptions.graphql.js';
import { relayEnvironment } from './relay.js';
import { address, present, type Shop, tour } from './tour.js';

const environment = relayEnvironment(address());
const stored = { fetchPolicy: 'store-or-network' } as const;

function commit<Mutation extends MutationParameters>(
  mutation: GraphQLTaggedNode,
  variables: Mutation['variables'],
): Promise<Mutation['response']> {
  return new Promise((resolve, reject) => {
    commitMutation<Mutation>(environment, { mutation, variables, onCompleted: resolve, onError: reject });
  });
}

const shop: Shop = {
  async start(tenantId, lineItems) {
    const data = await commit<StartCart>(StartCartDocument, { input: { customer: { tenantId }, lineItems } });
    return present(data.createCart?.cart).id;
  },

  async page(variables) {
    const data = await fetchQuery<CartPage>(environment, CartPageDocument, variables, stored).toPromise();
    return present(data?.cart);
  },

  async change(input) {
    const data = await commit<ChangeLines>(ChangeLinesDocument, { input });
    return present(data.updateCartLineItems).errors;
  },

  async subscriptions(tenantId, after) {
    const variables = { customer: { tenantId }, first: 4, after };
    // In a component, `loadNext` of usePaginationFragment reads the next page.
    const policy = after ? ({ fetchPolicy: 'network-only' } as const) : stored;
    const data = await fetchQuery<Subscriptions>(environment, SubscriptionsDocument, variables, policy).toPromise();
    const { edges, ...list } = present(data?.customer?.subscriptions);
    return { ...list, nodes: present(edges).map((edge) => present(edge?.node)) };
  },
};

await tour(shop);
