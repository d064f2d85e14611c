/** Refusals that come as data, in a payload's `errors`. */

import type { UserErrorCode } from './generated/graphql.js';

/** What every kind of error has, and what some have in CheckOut. */
export interface Refusal {
  code: UserErrorCode;
  message: string;
  correlationId?: string | null;
}

/** The purchase cannot go on. */
export class Refused extends Error {}

export function refused(errors: readonly Refusal[]): Refused {
  const reasons = errors.map((error) => `${error.code}: ${error.message} ${advice(error)}`.trimEnd());
  return new Refused(reasons.join('\n') || 'The answer holds neither a result nor a reason.');
}

function advice({ code, correlationId }: Refusal): string {
  switch (code) {
    case 'CART_LINE_ITEM_NOT_FOUND':
    case 'CART_VERSION_CONFLICT':
      return 'Look at the cart as it stands.';
    case 'CART_NOT_EDITABLE':
      return 'Ask what became of the cart.';
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
      code satisfies '%future added value';
      return '';
  }
}
