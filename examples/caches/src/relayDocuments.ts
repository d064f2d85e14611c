/**
 * What the Relay compiler reads: documents in `graphql` tags, and connections with edges, so these are Relay's own.
 *
 * A bundler's Relay plugin replaces the tags by what was compiled. Without one, as here, import that by name and leave
 * this module alone.
 */

import { graphql } from 'relay-runtime';

export const start = graphql`
  mutation StartCart($input: CreateCartInput!) {
    createCart(input: $input) { cart { id } errors { code message } }
  }
`;

export const page = graphql`
  query CartPage($cart: CartReferenceInput!) {
    cart(by: $cart) { id customer { id companyName } ...ChangedCart @relay(mask: false) }
  }
`;

export const change = graphql`
  mutation ChangeCartPage($input: UpdateCartLineItemsInput!) {
    updateCartLineItems(input: $input) {
      cart { ...ChangedCart @relay(mask: false) }
      errors {
        code
        message
        ... on CartVersionConflictError { cart { ...ChangedCart @relay(mask: false) } }
      }
    }
  }
`;

export const changed = graphql`
  fragment ChangedCart on Cart {
    id
    version
    expiresAt
    lineItems { id quantity pricing { price extendedPrice currencyCode } error { code message } }
    totals { currencyCode firstPeriods wholeTerms }
  }
`;

export const subscriptions = graphql`
  query Subscriptions($customer: CustomerReferenceInput!, $first: Int!, $after: String) {
    customer(by: $customer) {
      id
      subscriptions(first: $first, after: $after, statuses: [ACTIVE, PENDING, SUSPENDED])
        @connection(key: "Subscriptions_subscriptions") {
        totalCount
        edges { node { id title quantity } }
        pageInfo { endCursor hasNextPage }
      }
    }
  }
`;
