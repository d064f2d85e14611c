/** How Apollo Client stores what the gateway answers. Take this file as it is: it knows the schema, and no page of the shop. */

import { InMemoryCache, type FieldPolicy, type TypePolicies } from '@apollo/client';

import possibleTypes from './generated/possible-types';

/** A list that is answered as a whole: the new one takes the place of the old one. */
const WHOLE = { merge: false } as const;

const types: TypePolicies = {
  // Every type with an `id` is stored under it, which is the default: ids are opaque, and unique in all of the gateway.
  // They lead to the object itself, so what has been read in another way need not be asked for again.
  Query: {
    fields: {
      cart: byId('Cart'),
      customer: byId('Customer'),
      order: byId('Order'),
      product: byId('Product'),
      promotion: byId('Promotion'),
      subscription: byId('CustomerSubscription'),
      products: pages(['views', 'targetSegment', 'country', 'query', 'filter', 'sortKey', 'reverse']),
      promotions: pages(['country', 'productId', 'skuId', 'query']),
      customers: pages(['companyNameStartsWith']),
    },
  },
  Customer: { fields: { orders: pages([]), subscriptions: pages(['statuses', 'productId', 'skuId']) } },
  Cart: { fields: { lineItems: WHOLE, totals: WHOLE, openTotals: WHOLE, problems: WHOLE, checkout: WHOLE } },
  CartLineItem: {
    fields: { addonItems: WHOLE, participants: WHOLE, provisioningContext: WHOLE, renewsTo: WHOLE, pricing: WHOLE, error: WHOLE },
  },
  Order: { fields: { lineItems: WHOLE, subscriptions: WHOLE } },
  Promotion: { fields: { products: WHOLE } },
  Sku: { fields: { availabilities: WHOLE } },
  Availability: { fields: { terms: WHOLE } },
  // These have no id, and mean something only where they stand: they are stored inside the object that holds them. Prices
  // of one line, say, must never be mixed with those of another.
  ...Object.fromEntries(
    ['AdditionalInformation', 'CartError', 'CartProblem', 'CartTotal', 'OrderLineItem', 'Pricing'].map((name) => [name, { keyFields: false }]),
  ),
};

/** A single object, found by its id without a request when it is in the cache. */
function byId(__typename: string): FieldPolicy {
  return {
    read: (existing, { args, toReference }) =>
      existing ?? (args?.['by']?.id ? toReference({ __typename, id: args['by'].id }) : undefined),
  };
}

interface Page {
  nodes: readonly unknown[];
}

/** A list that is read page by page: a page with a cursor goes to the end, one without begins anew. */
function pages(keyArgs: string[]): FieldPolicy<Page> {
  return {
    keyArgs,
    merge: (existing, incoming, { args }) =>
      existing && args?.['after'] ? { ...incoming, nodes: [...existing.nodes, ...incoming.nodes] } : incoming,
  };
}

export function newCache(): InMemoryCache {
  return new InMemoryCache({ possibleTypes: possibleTypes.possibleTypes, typePolicies: types });
}
