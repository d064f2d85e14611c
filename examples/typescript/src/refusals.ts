/** Refusals that come as data, in a payload's `errors`. */

import type { RefusalFragment } from './generated/graphql.js';

/** The purchase cannot go on. */
export class Refused extends Error {}

export function refused(errors: readonly RefusalFragment[]): Refused {
  const reasons = errors.map((error) => `${error.code}: ${error.message} ${advice(error)}`.trimEnd());
  return new Refused(reasons.join('\n') || 'The answer holds neither a result nor a reason.');
}

function advice(error: RefusalFragment): string {
  // Only some kinds have these.
  const correlationId = 'correlationId' in error ? error.correlationId : null;
  const reason = 'whyNotEditable' in error ? error.whyNotEditable : null;
  switch (error.code) {
    case 'CART_LINE_ITEM_NOT_FOUND':
    case 'CART_VERSION_CONFLICT':
      return 'Look at the cart as it stands.';
    case 'CART_NOT_EDITABLE':
      return reason === 'ALREADY_ORDERED' ? "Look into the customer's orders." : 'Start a new cart.';
    case 'CART_NOT_FOUND':
    case 'CUSTOMER_NOT_FOUND':
    case 'ORDER_NOT_FOUND':
    case 'SUBSCRIPTION_NOT_FOUND':
      return 'Choose another.';
    case 'IDEMPOTENCY_KEY_REUSED':
    case 'INVALID_INPUT':
      return 'This is a fault of the program.';
    case 'SUBSCRIPTION_VERSION_CONFLICT':
      return 'Look at the subscription as it stands.';
    case 'PARTNER_CENTER_REJECTED':
      return `Microsoft can say more about ${correlationId ?? 'it'}.`;
    default:
      // The compiler knows that every code of today's schema is handled above; a later gateway may have more.
      error.code satisfies '%future added value';
      return '';
  }
}
