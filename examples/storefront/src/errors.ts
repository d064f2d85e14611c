/** Everything that can go wrong, in the words of the shop. Pages show what this file answers, and read no code themselves. */

import { CombinedGraphQLErrors } from '@apollo/client';

import type { CartErrorCode, ProblemCode, RefusalFragment } from './generated/graphql';

/** A request that failed: an error at the top of the answer, or no answer at all. */
export interface Trouble {
  title: string;
  text: string;
  /** Worth another try, by hand or by itself; after so many seconds where the gateway says so. */
  retryable: boolean;
  retryAfter: number | null;
  /** For a checkout, what is known about the money. */
  outcome: 'PLACED' | 'NOT_PLACED' | 'UNKNOWN';
  /** To quote when asking for help; it is in the gateway's log. */
  correlationId: string | null;
}

const WORDS: Record<string, [title: string, text: string]> = {
  OVERLOADED: ['The shop is very busy', 'Too many requests arrive at the moment. Nothing is lost.'],
  UPSTREAM_THROTTLED: ['Partner Center asks us to slow down', 'It accepts no more requests for a moment. Nothing is lost.'],
  UPSTREAM_TIMEOUT: ['Partner Center is slow to answer', 'It did not answer in time.'],
  UPSTREAM_UNAVAILABLE: ['Partner Center cannot be reached', 'It does not answer at the moment.'],
  UPSTREAM_INVALID: ['Partner Center gave an odd answer', 'What it sent could not be read.'],
  CONFLICT: ['Somebody else is changing this', 'Another change is under way there.'],
  CHECKOUT_OUTCOME_UNKNOWN: ['We do not know yet whether the order was placed', 'The answer was lost on its way.'],
  UNAUTHENTICATED: ['You are signed out', 'Sign in again to go on.'],
  FORBIDDEN: ['You may not do this', 'Your account lacks the right.'],
  NOT_FOUND: ['This does not exist', 'It may have been removed.'],
  UPSTREAM_REJECTED: ['Partner Center said no', 'It refused the request.'],
  NO_ANSWER: ['No connection to the shop', 'Check your connection.'],
};

const OUTCOMES = ['UNKNOWN', 'PLACED', 'NOT_PLACED', undefined]; // those first that tell most about money

export function troubleOf(error: Error): Trouble {
  if (!CombinedGraphQLErrors.is(error)) return troubleFrom({ code: 'NO_ANSWER', retryable: true, outcome: 'UNKNOWN' });
  const all = error.errors.map(({ message, extensions }) => ({ message, ...extensions }) as Extensions);
  return troubleFrom(all.sort((one, other) => OUTCOMES.indexOf(one.outcome) - OUTCOMES.indexOf(other.outcome))[0] ?? {});
}

/** What the gateway says about an error. README.md lists the codes. */
type Extensions = Partial<Trouble> & { code?: string; message?: string };

/** Without an outcome, the request was refused before the gateway worked on it: nothing was placed. */
function troubleFrom({ code, message, retryable = false, retryAfter = null, outcome = 'NOT_PLACED', correlationId = null }: Extensions): Trouble {
  const [title, text] = WORDS[code ?? ''] ?? ['Something went wrong', message ?? ''];
  return { title, text, retryable, retryAfter, outcome, correlationId };
}

/** A refusal that is data: what stood in the way, and the id to quote to Microsoft where there is one. */
export function refusalOf(error: RefusalFragment): { title: string; text: string; correlationId: string | null } {
  switch (error.__typename) {
    case 'PartnerCenterRejectedError': {
      const { title, cure } = problemWords(error.reason);
      return { title, text: cure ?? error.partnerCenterMessage ?? error.message, correlationId: error.correlationId };
    }
    case 'CartVersionConflictError':
      return { title: 'The cart has changed', text: 'Somebody else changed it after you saw it.', correlationId: null };
    case 'CartNotEditableError':
      return error.whyNotEditable === 'EXPIRED'
        ? { title: 'The cart has expired', text: 'Start a new one with the same lines.', correlationId: null }
        : { title: 'The cart is already ordered', text: 'Its orders are under Orders.', correlationId: null };
    default: // includes kinds that a later gateway adds
      return { title: 'That was not possible', text: error.message, correlationId: null };
  }
}

const PROBLEMS: Partial<Record<ProblemCode, { title: string; cure?: string }>> = {
  TERMS_NOT_ACCEPTED: { title: 'The terms of the item are not accepted', cure: 'Accept them on the line.' },
  CUSTOMER_AGREEMENT_MISSING: {
    title: 'The customer has not accepted the Microsoft Customer Agreement',
    cure: 'Have somebody at the customer accept it and confirm that to Microsoft, then try again.',
  },
  PARTNER_AGREEMENT_MISSING: { title: 'Your own agreement with Microsoft is not signed' },
  QUALIFICATION_MISSING: { title: 'The item is for another kind of customer' },
  CUSTOMER_UNDER_REVIEW: { title: 'Microsoft is reviewing the customer', cure: 'Wait for the review, then try again.' },
  CREDIT_TOO_LOW: { title: 'The credit is too low', cure: 'Pay what is due or order less, then try again.' },
  AVAILABILITY_REPLACED: { title: 'The item is sold in a new form', cure: 'Remove the line and add the item again.' },
  NOT_FOR_SALE: { title: 'The item is not sold here any more', cure: 'Remove the line.' },
  OUT_OF_STOCK: { title: 'The item is out of stock', cure: 'Try again later, or remove the line.' },
  LIMIT_REACHED: { title: 'The limit for this item is reached', cure: 'Lower the quantity, or remove the line.' },
  QUANTITY_NOT_ALLOWED: { title: 'This quantity is not allowed', cure: 'Change the quantity.' },
  PROMOTION_NOT_APPLIED: { title: 'A promotion is not applied' },
  PROMOTION_FOR_OTHER_TERM: { title: 'There is a promotion for another term' },
  CHANGE_UNDER_WAY: { title: 'Another change is under way', cure: 'Try again in a moment.' },
  NOT_CHECKED: { title: 'Something could not be checked' },
};

export function problemWords(code: ProblemCode | '%future added value'): { title: string; cure?: string } {
  return PROBLEMS[code as ProblemCode] ?? { title: 'Partner Center will not take this' };
}

const LINE_ERRORS: Partial<Record<CartErrorCode, string>> = {
  QUOTA_NOT_AVAILABLE: 'More than can still be bought',
  INVENTORY_NOT_AVAILABLE: 'Out of stock',
  ATTESTATION_NOT_ACCEPTED: 'The terms are not accepted',
  BILLING_PLAN_NOT_SUPPORTED: 'Not sold for this term and billing',
  INVALID_PROMOTION_ID: 'The promotion is not valid',
  MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED: 'More seats than one subscription may have',
  MINIMUM_ADD_ON_SEATS_NOT_MET: 'Fewer seats than required',
  INVALID_CUSTOM_TERM_END_DATE: 'The term may not end on this date',
  INVALID_CUSTOM_TERM_END_DATE_PRODUCT: 'The term may not end on a date of your own',
};

export function lineErrorWords(code: CartErrorCode | '%future added value'): string {
  return LINE_ERRORS[code as CartErrorCode] ?? 'This line cannot be ordered as it is';
}
