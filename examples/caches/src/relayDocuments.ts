/**
 * What the Relay compiler reads: documents in `graphql` tags, and connections with edges, so these are Relay's own.
 *
 * They have the names and the shape of the files in `operations/`, with fewer fields. A bundler's Relay plugin replaces
 * the tags by what was compiled. Without one, as here, import that by name and leave this module alone.
 */

import { graphql } from 'relay-runtime';

export const startCart = graphql`
  mutation StartCart($input: CreateCartInput!, $checks: [CartCheck!] = [LINE_ITEMS, CATALOG, PROMOTIONS]) {
    createCart(input: $input) {
      cart { ...CartContent @relay(mask: false) customer { id companyName } }
      errors { ...Refusal @relay(mask: false) }
    }
  }
`;

export const cartPage = graphql`
  query CartPage($cart: CartReferenceInput!, $checks: [CartCheck!] = [LINE_ITEMS, CATALOG, PROMOTIONS]) {
    cart(by: $cart) { ...CartContent @relay(mask: false) customer { id companyName } }
  }
`;

export const changeLines = graphql`
  mutation ChangeLines($input: UpdateCartLineItemsInput!, $checks: [CartCheck!] = [LINE_ITEMS, CATALOG, PROMOTIONS]) {
    updateCartLineItems(input: $input) {
      cart { ...CartContent @relay(mask: false) }
      errors { ...Refusal @relay(mask: false) }
    }
  }
`;

export const refusal = graphql`
  fragment Refusal on UserError {
    code
    message
    ... on CartVersionConflictError { cart { ...CartContent @relay(mask: false) } }
    ... on CartNotEditableError { cart { ...CartContent @relay(mask: false) } }
  }
`;

export const cartContent = graphql`
  fragment CartContent on Cart {
    id
    version
    expiresAt
    lineItems { id quantity pricing { price extendedPrice currencyCode } error { code message } }
    totals { currencyCode firstPeriods wholeTerms }
    problems(checks: $checks) { code severity message lineItem { id } }
  }
`;

export const subscriptions = graphql`
  query Subscriptions($customer: CustomerReferenceInput!, $first: Int = 10, $after: String) {
    customer(by: $customer) {
      id
      subscriptions(first: $first, after: $after, statuses: [ACTIVE, PENDING, SUSPENDED])
        @connection(key: "Subscriptions_subscriptions") {
        totalCount
        pageInfo { hasNextPage endCursor }
        edges { node { id title quantity } }
      }
    }
  }
`;
