/** Relay. */

import {
  Environment,
  type FetchFunction,
  type GraphQLResponse,
  type MissingFieldHandler,
  Network,
  RecordSource,
  ROOT_TYPE,
  Store,
} from 'relay-runtime';

export function relayEnvironment(url: string, token?: string): Environment {
  return new Environment({
    network: Network.create(sender(url, token)),
    store: new Store(new RecordSource()),
    missingFieldHandlers: [byId],
  });
}

function sender(url: string, token?: string): FetchFunction {
  const headers = {
    accept: 'application/graphql-response+json',
    'content-type': 'application/json',
    ...(token && { authorization: `Bearer ${token}` }),
  };
  return async ({ id, name, text }, variables) => {
    // With `persistConfig`, the compiler writes the id and leaves out the text.
    const document = id ? { documentId: id } : { query: text };
    const body = JSON.stringify({ ...document, operationName: name, variables });
    const answer = await fetch(url, { method: 'POST', headers, body });
    return (await answer.json()) as GraphQLResponse;
  };
}

const LOOKUPS = ['availability', 'cart', 'customer', 'order', 'product', 'promotion', 'sku', 'subscription'];

/** What is already in the store under an id, however it came there. */
const byId: MissingFieldHandler = {
  kind: 'linked',
  handle(field, parent, args) {
    if (parent?.getType() !== ROOT_TYPE) return undefined;
    if (field.name === 'node') return args.id;
    return LOOKUPS.includes(field.name) ? args.by?.id : undefined;
  },
};
