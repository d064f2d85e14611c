/** The connection to the gateway: persisted documents, and a cache that is set up as docs/clients.md describes. */

import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import type { FieldPolicy, Reference, TypePolicy } from '@apollo/client';

import { listFields, possibleTypes } from './generated/types';

/** Names the document in the path, in place of sending its text. Code Generator writes the id beside each document. */
const link = new HttpLink({
  uri: ({ query }) => `/graphql/${(query as { __meta__?: { hash: string } }).__meta__?.hash}`,
});

const errorPolicy = 'all'; // what could be read is shown, beside what could not

declare module '@apollo/client' {
  namespace ApolloClient.DeclareDefaultOptions {
    interface Query { errorPolicy: 'all' }
    interface WatchQuery { errorPolicy: 'all' }
    interface Mutate { errorPolicy: 'all' }
  }
}

export const client = new ApolloClient({
  link,
  cache: newCache(),
  defaultContext: { http: { includeQuery: false } },
  defaultOptions: { query: { errorPolicy }, watchQuery: { errorPolicy }, mutate: { errorPolicy } },
});

/** For a page that shows what is cached at once, and what has changed since. */
export const FRESH = { fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' } as const;

function newCache(): InMemoryCache {
  const cache = new InMemoryCache({
    possibleTypes, // without it, fragments on UserError and Node match nothing
    typePolicies: {
      Query: {
        fields: {
          cart: byId('Cart'),
          customer: byId('Customer'),
          products: pages('views', 'targetSegment', 'country', 'query', 'filter', 'sortKey', 'reverse'),
        },
      },
      Customer: { fields: { orders: pages() } },
    },
  });
  for (const [type, fields] of Object.entries(listFields)) {
    cache.policies.addTypePolicies({ [type]: wholeLists(fields) });
  }
  return cache;
}

/** A list that is not a connection is answered as a whole, and replaces the one before; it may be shorter. */
function wholeLists(fields: readonly string[]): TypePolicy {
  return { fields: Object.fromEntries(fields.map((field) => [field, { merge: false }])) };
}

/** What is already cached under an id, however it came there. */
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

/** One list out of its pages, for operations that read `nodes`; relayStylePagination is for those that read `edges`. */
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
