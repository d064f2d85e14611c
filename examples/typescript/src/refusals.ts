/** Refusals that come as data, in a payload's `errors`. */

import type { RefusalFragment } from './generated/graphql.js';
import { graphql } from './generated/index.js';

export const Refusal = graphql(`
  fragment Refusal on UserError {
    __typename
    code
    message
    ... on CartNotEditableError { reason }
    ... on CartVersionConflictError { cart { ...OpenCart } }
    ... on PartnerCenterRejectedError { correlationId }
  }
`);

/** The purchase cannot go on. */
export class Refused extends Error {}

export function refused(errors: readonly RefusalFragment[]): Refused {
  const told = errors.map((error) => `${error.code}: ${error.message} ${advice(error)}`.trimEnd());
  return new Refused(told.join('\n') || 'The answer holds neither a result nor a reason.');
}

function advice(error: RefusalFragment): string {
  switch (error.__typename) {
    case 'CartLineItemNotFoundError':
    case 'CartVersionConflictError':
      return 'Look at the cart as it stands.';
    case 'CartNotEditableError':
      return error.reason === 'ALREADY_ORDERED' ? "Look into the customer's orders." : 'Start a new cart.';
    case 'CartNotFoundError':
    case 'CustomerNotFoundError':
    case 'OrderNotFoundError':
    case 'SubscriptionNotFoundError':
      return 'Choose another.';
    case 'IdempotencyKeyReusedError':
    case 'InvalidInputError':
      return 'This is a fault of the program.';
    case 'SubscriptionVersionConflictError':
      return 'Look at the subscription as it stands.';
    case 'PartnerCenterRejectedError':
      return `Microsoft can say more about ${error.correlationId ?? 'it'}.`;
    default:
      // The compiler knows that every kind of today's schema is handled above; a later gateway may have more.
      error satisfies never;
      return '';
  }
}
