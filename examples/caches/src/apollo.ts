/** Apollo Client 4. */

import {
  ApolloClient,
  type FieldPolicy,
  HttpLink,
  InMemoryCache,
  type Reference,
  type TypePolicy,
} from '@apollo/client';

import { listFields, possibleTypes } from './generated/types.js';

const errorPolicy = 'all'; // what could be read is shown, beside what could not

declare module '@apollo/client' {
  namespace ApolloClient.DeclareDefaultOptions {
    interface Query { errorPolicy: 'all' }
    interface WatchQuery { errorPolicy: 'all' }
    interface Mutate { errorPolicy: 'all' }
  }
}

export function apolloClient(url: string, token?: string): ApolloClient {
  const cache = new InMemoryCache({
    possibleTypes, // without it, fragments on UserError and Node match nothing
    typePolicies: {
      Query: {
        fields: {
          availability: byId('Availability'),
          cart: byId('Cart'),
          customer: byId('Customer'),
          order: byId('Order'),
          product: byId('Product'),
          promotion: byId('Promotion'),
          sku: byId('Sku'),
          subscription: byId('CustomerSubscription'),
          customers: pages('companyNameStartsWith'),
          indirectResellers: pages('query'),
          products: pages('views', 'targetSegment', 'country', 'query', 'filter', 'sortKey', 'reverse'),
          promotions: pages('country', 'productId', 'skuId', 'query'),
        },
      },
      Customer: {
        fields: {
          orders: pages(),
          subscriptions: pages('statuses', 'productId', 'skuId'),
        },
      },
    },
  });
  for (const [type, fields] of Object.entries(listFields)) {
    cache.policies.addTypePolicies({ [type]: wholeLists(fields) });
  }
  return new ApolloClient({
    link: new HttpLink({ uri: url, headers: token ? { authorization: `Bearer ${token}` } : {} }),
    cache,
    defaultOptions: { query: { errorPolicy }, watchQuery: { errorPolicy }, mutate: { errorPolicy } },
  });
}

/** A list that is not a connection is answered as a whole, and replaces the one before; it may be shorter. */
function wholeLists(fields: readonly string[]): TypePolicy {
  return { fields: Object.fromEntries(fields.map((field) => [field, { merge: false }])) };
}

/** What is already cached under an id, however it came there. */
function byId(__typename: string): FieldPolicy<Reference | null> {
  return {
    read(stored, { args, toReference }) {
      const id: unknown = args?.by?.id;
      return stored === undefined && typeof id === 'string' ? toReference({ __typename, id }) : stored;
    },
  };
}

interface Page {
  nodes?: readonly Reference[];
}

/** One list out of its pages, for operations that read `nodes`; relayStylePagination is for those that read `edges`. */
function pages(...keyArgs: string[]): FieldPolicy<Page | null> {
  return {
    keyArgs,
    merge(before, page, { args }) {
      if (!args?.after || !before?.nodes || !page?.nodes) return page;
      const listed = new Set(before.nodes.map((node) => node.__ref));
      return { ...page, nodes: [...before.nodes, ...page.nodes.filter((node) => !listed.has(node.__ref))] };
    },
  };
}
