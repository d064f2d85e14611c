/** The client, and in one place what it does about errors at the top of an answer. */

import { setTimeout } from 'node:timers/promises';

import { type AnyVariables, Client, type CombinedError, fetchExchange, type TypedDocumentNode } from '@urql/core';

const REPEATS = 2;

/** A little more than GATEWAY_DEADLINE_S, so that the gateway's own verdict arrives. */
const TIMEOUT_MS = 35_000;

/** What `extensions.outcome` says after a failed checkout. */
const OUTCOMES = {
  PLACED: 'The orders exist: check the same cart out again to see them.',
  NOT_PLACED: 'Nothing was ordered.',
  UNKNOWN: 'There may be orders: check the same cart out again to find out, and no other.',
};

/** The `extensions` of the gateway's errors; something else on the way may answer without them. */
interface Extensions {
  code?: string;
  retryable?: boolean;
  retryAfter?: number;
  outcome?: keyof typeof OUTCOMES;
  correlationId?: string;
}

/** What kept a request from an answer. The gateway's README says what to do about each code. */
export class Fault extends Error {
  readonly retryable: boolean;
  readonly retryAfterMs: number;

  constructor(message: string, { code, retryable, retryAfter, outcome, correlationId }: Extensions) {
    const parts = [`${code ?? 'NO_CODE'}: ${message}`];
    if (outcome) parts.push(OUTCOMES[outcome]);
    if (correlationId) parts.push(`(Correlation id ${correlationId})`);
    super(parts.join(' '));
    this.retryable = retryable ?? false;
    this.retryAfterMs = (retryAfter ?? 1) * 1000;
  }
}

type Payload<Data> = NonNullable<Data[keyof Data]>;

export class Gateway {
  readonly #client: Client;

  constructor(url: string, token?: string) {
    this.#client = new Client({
      url,
      exchanges: [fetchExchange],
      fetch: (address, request) => fetch(address, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) }),
      fetchOptions: token ? { headers: { Authorization: `Bearer ${token}` } } : {},
    });
  }

  /**
   * The payload of a document's one mutation, which is sent again where that may help.
   *
   * It is the same request, with the same idempotency key or expected version. By these the gateway tells a
   * repetition from a second wish; give every mutation one of them.
   */
  async change<Data extends object, Variables extends AnyVariables>(
    mutation: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Payload<Data>> {
    for (let repeats = REPEATS; ; repeats--) {
      const { data, error } = await this.#client.mutation(mutation, variables).toPromise();
      const [payload] = Object.values<Payload<Data> | null>({ ...data });
      // With a payload the gateway has decided, even when a field of it could not be read and is null.
      if (payload) return payload;
      const reason = fault(error);
      if (!reason.retryable || repeats === 0) throw reason;
      console.log(`Trying again after ${reason.message}`);
      await setTimeout(reason.retryAfterMs);
    }
  }
}

function fault(error: CombinedError | undefined): Fault {
  const [first] = error?.graphQLErrors ?? [];
  if (first) return new Fault(first.message, first.extensions as Extensions);
  const cause = error?.networkError?.cause ?? error?.networkError ?? 'The answer is empty.';
  return new Fault(String(cause), { code: 'NO_ANSWER', retryable: true });
}
