/** Everything that can go wrong, in the words of the shop. */

import { CombinedGraphQLErrors } from '@apollo/client';

import { sentence } from './format';
import type { RefusalFragment } from './generated/graphql';

/** Why a request did nothing: an error at the top of the answer, a refusal in its payload, or no answer at all. */
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

/** The title, and what can be done about it. */
type Words = readonly [title: string, text?: string | null | undefined];

const WORDS: Record<string, Words> = {
  OVERLOADED: ['The shop is very busy', 'Too many requests arrive at the moment. Nothing is lost.'],
  UPSTREAM_THROTTLED: ['Partner Center asks us to slow down', 'It accepts no more requests for a moment.'],
  UPSTREAM_TIMEOUT: ['Partner Center is slow to answer', 'It did not answer in time.'],
  UPSTREAM_UNAVAILABLE: ['Partner Center cannot be reached', 'It does not answer at the moment.'],
};

/** What the gateway says about an error. docs/errors.md lists the codes. */
type Extensions = Partial<Trouble> & { code?: string; message?: string };

const OUTCOMES = ['UNKNOWN', 'PLACED', 'NOT_PLACED', undefined]; // those first that tell most about money

export function troubleOf(error: Error): Trouble {
  if (!CombinedGraphQLErrors.is(error)) {
    return trouble(['No connection to the shop', 'Check your connection.'], { retryable: true, outcome: 'UNKNOWN' });
  }
  const all = error.errors.map(({ message, extensions }) => ({ message, ...extensions }) as Extensions);
  const [first = {}] = all.sort((one, other) => OUTCOMES.indexOf(one.outcome) - OUTCOMES.indexOf(other.outcome));
  return trouble(WORDS[first.code ?? ''] ?? ['Something went wrong', first.message], first);
}

/** A refusal that is data: what stood in the way, and the id to quote to Microsoft where there is one. */
export function refusalOf(error: RefusalFragment): Trouble {
  switch (error.__typename) {
    case 'PartnerCenterRejectedError': {
      const [title, cure] = problemWords(error.reason);
      return trouble([title, cure ?? error.partnerCenterMessage], { correlationId: error.correlationId });
    }
    case 'CartVersionConflictError':
      return trouble(['The cart has changed', 'Somebody else changed it. This is what it holds now.']);
    case 'CartNotEditableError':
      return trouble([error.whyNotEditable === 'EXPIRED' ? 'The cart has expired' : 'The cart is already ordered']);
    default: // includes kinds that a later gateway adds
      return trouble(['That was not possible', error.message]);
  }
}

/** Without an outcome, the request was refused before the gateway worked on it: nothing was placed. */
function trouble([title, text]: Words, known: Partial<Trouble> = {}): Trouble {
  const { retryable = false, retryAfter = null, outcome = 'NOT_PLACED', correlationId = null } = known;
  return { title, text: text ?? '', retryable, retryAfter, outcome, correlationId };
}

const PROBLEMS: Record<string, Words> = {
  TERMS_NOT_ACCEPTED: ['The terms of the item are not accepted', 'Accept them on the line.'],
  CUSTOMER_AGREEMENT_MISSING: [
    'The customer has not accepted the Microsoft Customer Agreement',
    'Have somebody at the customer accept it and confirm that to Microsoft, then try again.',
  ],
  CREDIT_TOO_LOW: ['The credit is too low', 'Pay what is due or order less, then try again.'],
  QUANTITY_NOT_ALLOWED: ['This quantity is not allowed', 'Change the quantity.'],
};

/** Of a problem, or of the error that a line has; the codes of the others read well enough. */
export function problemWords(code: string): Words {
  return PROBLEMS[code] ?? [sentence(code.toLowerCase().replaceAll('_', ' '))];
}
