/** The connection to the gateway. It sends persisted documents, and partial answers stay usable. */

import { ApolloClient, HttpLink } from '@apollo/client';

import { newCache } from './cache';

/**
 * Names the document in the path, POST /graphql/{documentId}, in place of sending its text.
 * Code Generator writes the id beside each document, and the texts into persisted-documents.json for the gateway.
 */
const link = new HttpLink({
  uri: ({ query }) => `/graphql/${(query as { __meta__?: { hash: string } }).__meta__?.hash}`,
});

declare module '@apollo/client' {
  namespace ApolloClient.DeclareDefaultOptions {
    interface WatchQuery { errorPolicy: 'all' }
    interface Query { errorPolicy: 'all' }
    interface Mutate { errorPolicy: 'all' }
  }
}

export const client = new ApolloClient({
  link,
  cache: newCache(),
  defaultContext: { http: { includeQuery: false } },
  // A field that fails is null, and those beside it are still worth showing.
  defaultOptions: {
    watchQuery: { errorPolicy: 'all' },
    query: { errorPolicy: 'all' },
    mutate: { errorPolicy: 'all' },
  },
});
