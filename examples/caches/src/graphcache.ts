/** urql with Graphcache. */

import { Client, fetchExchange } from '@urql/core';
import { cacheExchange, type Resolver } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';

import { embeddedTypes, possibleTypes } from './generated/types.js';

/** Without `schema`, Graphcache writes what fragments on other types select too, and warns that it is missing. */
const OTHER_TYPE = /^Invalid undefined.*\n.*Inline Fragment on "\w+"\)/;

export function urqlClient(url: string, token?: string): Client {
  const cache = cacheExchange({
    possibleTypes, // rather than `schema`, with which null could also mean "not loaded yet"
    keys: Object.fromEntries(embeddedTypes.map((name) => [name, () => null])),
    resolvers: {
      Query: {
        availability: byId('Availability'),
        cart: byId('Cart'),
        customer: byId('Customer'),
        order: byId('Order'),
        product: byId('Product'),
        promotion: byId('Promotion'),
        sku: byId('Sku'),
        subscription: byId('CustomerSubscription'),
        customers: relayPagination(),
        indirectResellers: relayPagination(),
        products: relayPagination(),
        promotions: relayPagination(),
      },
      Customer: {
        orders: relayPagination(),
        subscriptions: relayPagination(),
      },
    },
    logger(severity, message) {
      if (severity !== 'debug' && !OTHER_TYPE.test(message)) console[severity](message);
    },
  });
  return new Client({
    url,
    exchanges: [cache, fetchExchange],
    fetchOptions: token ? { headers: { authorization: `Bearer ${token}` } } : {},
    preferGetMethod: false, // a URL would hold the variables
  });
}

/** What is already cached under an id, however it came there. */
function byId(__typename: string): Resolver {
  return (_parent, args, cache, { parentKey, fieldName }) => {
    const stored = cache.resolve(parentKey, fieldName, args);
    const { id } = args.by as { id?: string | null };
    return stored === undefined && id ? { __typename, id } : stored;
  };
}
