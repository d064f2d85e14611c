/** How Apollo Client stores what the gateway answers. Take this file as it is: it knows the schema, and no page of the shop. */

import { InMemoryCache, type FieldPolicy, type Reference, type TypePolicies } from '@apollo/client';

import possibleTypes from './generated/possible-types';

/** A list or part that is answered as a whole: the new one takes the place of the old one, without a warning. */
const WHOLE = { merge: false } as const;

const types: TypePolicies = {
  // Every type with an `id` is stored under it, which is the default: ids are opaque, and unique in all of the gateway.
  // They lead to the object itself, so what has been read in another way need not be asked for again. Types without an
  // `id`, such as Pricing, mean something only where they stand, and stay inside the object that holds them.
  Query: {
    fields: {
      cart: byId('Cart'),
      customer: byId('Customer'),
      order: byId('Order'),
      subscription: byId('CustomerSubscription'),
      product: byId('Product'),
      sku: byId('Sku'),
      availability: byId('Availability'),
      promotion: byId('Promotion'),
      products: pages('views', 'targetSegment', 'country', 'query', 'filter', 'sortKey', 'reverse'),
      promotions: pages('country', 'productId', 'skuId', 'query'),
      customers: pages('companyNameStartsWith'),
      indirectResellers: pages('query'),
    },
  },
  Customer: { fields: { orders: pages(), subscriptions: pages('statuses', 'productId', 'skuId') } },
  Cart: { fields: { lineItems: WHOLE, totals: WHOLE, openTotals: WHOLE, problems: WHOLE, checkout: WHOLE } },
  CartLineItem: {
    fields: { addonItems: WHOLE, participants: WHOLE, provisioningContext: WHOLE, renewsTo: WHOLE, pricing: WHOLE, error: WHOLE },
  },
  Order: { fields: { lineItems: WHOLE, subscriptions: WHOLE } },
  Promotion: { fields: { products: WHOLE } },
  Sku: { fields: { availabilities: WHOLE } },
  Availability: { fields: { terms: WHOLE } },
};

/** A single object, found by its id without a request when it is in the cache. */
function byId(__typename: string): FieldPolicy<Reference | null> {
  return {
    read(stored, { args, toReference }) {
      const id: unknown = args?.['by']?.id;
      return stored === undefined && typeof id === 'string' ? toReference({ __typename, id }) : stored;
    },
  };
}

interface Page {
  nodes?: readonly Reference[];
}

/** A list that is read page by page: a page with a cursor goes to the end, one without begins anew. */
function pages(...keyArgs: string[]): FieldPolicy<Page | null> {
  return {
    keyArgs,
    merge(before, page, { args }) {
      if (!args?.['after'] || !before?.nodes || !page?.nodes) return page;
      const listed = new Set(before.nodes.map((node) => node.__ref));
      return { ...page, nodes: [...before.nodes, ...page.nodes.filter((node) => !listed.has(node.__ref))] };
    },
  };
}

export function newCache(): InMemoryCache {
  return new InMemoryCache({ possibleTypes: possibleTypes.possibleTypes, typePolicies: types });
}
