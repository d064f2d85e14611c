/** The order: what it comes to, and every way in which it can end. Money moves only when the buyer presses the button. */

import { useMutation } from '@apollo/client/react';
import { useEffect, useState } from 'react';

import { toPay, useCart, type Cart } from './cart';
import { difference, Difference } from './Conflict';
import { problemWords, refusalOf, troubleOf, type Trouble } from './errors';
import { lineName, money } from './format';
import { CheckOutDocument, type CheckoutCartInput, type CheckOutMutation } from './generated/graphql';
import { OrderCard } from './OrderCard';
import { pending } from './session';
import { Totals } from './Totals';
import { Heading, Notice, Quote, Retry, Skeleton, TroubleNotice } from './ui';

type CheckoutResult = NonNullable<NonNullable<CheckOutMutation['checkoutCart']>['result']>;

type State =
  | { step: 'review' | 'sending' }
  /** Perhaps ordered, perhaps not. The same request is sent until an answer says which. */
  | { step: 'unknown'; input: CheckoutCartInput; tries: number; trouble: Trouble | null }
  | { step: 'answered'; result: CheckoutResult }
  /** Ordered, but the answer could not be shown. */
  | { step: 'placed'; trouble: Trouble }
  | { step: 'refused'; refusal: ReturnType<typeof refusalOf> }
  | { step: 'changed'; seen: Cart; now: Cart }
  | { step: 'failed'; trouble: Trouble };

function useCheckout() {
  const [checkOut] = useMutation(CheckOutDocument);
  const [state, setState] = useState<State>({ step: 'review' });

  /** Safe to repeat: a cart is ordered once only, however often this arrives. */
  async function send(input: CheckoutCartInput, seen: Cart | null, tries = 1) {
    pending.write(input);
    setState((before) => (before.step === 'unknown' ? before : { step: 'sending' }));
    const { data, error } = await checkOut({ variables: { input } });
    const trouble = error ? troubleOf(error) : null;
    const next = stateOf(data?.checkoutCart, trouble, seen) ?? { step: 'unknown', input, tries, trouble };
    if (next.step !== 'unknown') pending.write(null);
    setState(next);
  }

  useEffect(() => {
    const left = pending.read();
    if (!left) return;
    setState({ step: 'unknown', input: left, tries: 0, trouble: null });
    void send(left, null);
  }, []);

  return { state, send };
}

/** Null when it is not known what became of the order. */
function stateOf(payload: CheckOutMutation['checkoutCart'] | undefined, trouble: Trouble | null, seen: Cart | null): State | null {
  if (payload?.result) return { step: 'answered', result: payload.result };
  const refused = payload?.errors[0];
  if (refused?.__typename === 'CartVersionConflictError' && seen) return { step: 'changed', seen, now: refused.cart };
  if (refused) return { step: 'refused', refusal: refusalOf(refused) };
  if (trouble?.outcome === 'NOT_PLACED') return { step: 'failed', trouble: { ...trouble, title: `Nothing was ordered. ${trouble.title}` } };
  if (trouble?.outcome === 'PLACED') return { step: 'placed', trouble };
  return null;
}

export function CheckoutPage() {
  const { state, send } = useCheckout();
  const { cart, trouble, loading, refetch } = useCart({ fresh: true, thorough: true });
  const order = () => cart && void send({ cartId: cart.id, expectedVersion: cart.version }, cart);
  const open = ['review', 'sending', 'changed', 'failed', 'refused'].includes(state.step);
  return (
    <div className="narrow">
      <Heading aside={<p className="muted">{cart?.customer?.companyName}</p>}>Checkout</Heading>
      <Outcome state={state} cart={cart} order={order} repeat={(input, tries) => void send(input, null, tries)} />
      {trouble && <TroubleNotice trouble={trouble} retry={() => void refetch()} auto />}
      {loading && !cart && <Skeleton rows={2} what="the cart" />}
      {cart && open && <Review cart={cart} checking={loading} sending={state.step === 'sending'} order={order} recheck={() => void refetch()} />}
    </div>
  );
}

interface OutcomeProps {
  state: State;
  cart: Cart | null;
  order: () => void;
  repeat: (input: CheckoutCartInput, tries: number) => void;
}

function Outcome({ state, cart, order, repeat }: OutcomeProps) {
  switch (state.step) {
    case 'review':
      return null;
    case 'sending':
      return <Notice tone="info" title="Placing the order …"><p>This can take half a minute. You may leave: we find out when you come back.</p></Notice>;
    case 'unknown':
      return (
        <Notice tone="warn" title="We do not know yet whether your order was placed">
          <p>
            It went out, but the answer did not reach us. We are asking again with the very same request, until we know.
            It cannot be ordered twice, however often we ask. Please do not order the same in another way meanwhile.
          </p>
          {state.tries > 0 && <Retry reason={state.tries} after={waitOf(state)} retry={() => repeat(state.input, state.tries + 1)} auto />}
          <Quote id={state.trouble?.correlationId} />
        </Notice>
      );
    case 'answered':
      return <Answered result={state.result} order={order} cart={cart} />;
    case 'placed':
      return (
        <Notice tone="good" title="Your order is placed">
          <p>Only its details could not be shown. They will be under <a href="#/orders">Orders</a>.</p>
          <Quote id={state.trouble.correlationId} />
        </Notice>
      );
    case 'refused':
      return (
        <Notice tone="bad" title={`Nothing was ordered. ${state.refusal.title}`}>
          <p>{state.refusal.text} <a href="#/cart">Back to the cart</a></p>
          <Quote id={state.refusal.correlationId} />
        </Notice>
      );
    case 'changed':
      return (
        <Notice tone="warn" title="Nothing was ordered: the cart has changed since you saw it">
          <Difference rows={difference(state.seen, state.now)} />
          <p>Below is the cart as it is now. Place the order again if you agree, or <a href="#/cart">change it</a>.</p>
        </Notice>
      );
    case 'failed':
      return <TroubleNotice trouble={state.trouble} retry={order} />;
  }
}

/** As long as the gateway asks, or 2, 4, 8, 16 and then 30 seconds. */
function waitOf({ trouble, tries }: { trouble: Trouble | null; tries: number }): number {
  return trouble?.retryAfter ?? Math.min(2 ** tries, 30);
}

function Answered({ result: { outcome, orders, orderErrors }, cart, order }: { result: CheckoutResult; cart: Cart | null; order: () => void }) {
  return (
    <>
      {outcome === 'SUCCEEDED' && (
        <Notice tone="good" title="Thank you. Your order is placed.">
          <p>It may take up to 15 minutes until it is listed under <a href="#/orders">Orders</a>.</p>
        </Notice>
      )}
      {outcome === 'PARTIALLY_SUCCEEDED' && (
        <Notice tone="warn" title="Part of your order is placed"><p>The rest was refused and costs nothing. What was placed stays.</p></Notice>
      )}
      {outcome === 'FAILED' && <Notice tone="bad" title="Nothing was ordered"><p>Partner Center refused all of it. It costs nothing.</p></Notice>}
      {orders.length > 0 && (
        <section aria-labelledby="ordered">
          <h2 id="ordered">Ordered</h2>
          {orders.map((each) => <OrderCard key={each.id} order={each} />)}
        </section>
      )}
      {orderErrors.length > 0 && (
        <section aria-labelledby="not-ordered">
          <h2 id="not-ordered">Not ordered</h2>
          {orderErrors.map(({ code, message, lineItems }, at) => (
            <article key={at} className="card">
              <h3>{lineItems.map(lineName).join(', ')}</h3>
              <p><strong>{problemWords(code).title}.</strong> {problemWords(code).cure}</p>
              <p className="muted">{message}</p>
            </article>
          ))}
        </section>
      )}
      <p className="row after">
        {orderErrors.length > 0 ? <a className="button main" href="#/cart">Back to the cart</a> : <a className="button" href="#/catalog">Go on shopping</a>}
        {cart?.canCheckout && <button type="button" onClick={order}>Try {orders.length > 0 ? 'the rest' : 'it'} again</button>}
      </p>
    </>
  );
}

interface ReviewProps {
  cart: Cart;
  checking: boolean;
  sending: boolean;
  order: () => void;
  recheck: () => void;
}

function Review({ cart, checking, sending, order, recheck }: ReviewProps) {
  if (!cart.isEditable) return <p>This cart can no longer be ordered. <a href="#/cart">Look at the cart</a>.</p>;
  const found = (cart.problems ?? []).filter(({ severity }) => severity !== 'NOTICE');
  const stopped = !cart.canCheckout || found.some(({ severity, lineItem }) => severity === 'BLOCKER' && !lineItem);
  const [total, ...others] = toPay(cart);
  const price = total && others.length === 0 ? `, ${money(total.wholeTerms, total.currencyCode)}` : '';
  return (
    <section className="card" aria-labelledby="review">
      <h2 id="review">What you order</h2>
      <ul className="review">
        {cart.lineItems.filter(({ isOrdered }) => !isOrdered).map((line) => (
          <li key={line.id}><span>{line.quantity} × {lineName(line)}</span><span>{money(line.pricing?.extendedPrice, line.pricing?.currencyCode)}</span></li>
        ))}
      </ul>
      <Totals totals={toPay(cart)} unpriced={cart.unpricedLineItemCount} />
      {found.map(({ code, severity, message, lineItem }) => (
        <Notice still key={code + lineItem?.id + message} tone={severity === 'BLOCKER' ? 'bad' : 'warn'} title={problemWords(code).title}>
          <p>{problemWords(code).cure ?? message}</p>
        </Notice>
      ))}
      <p className="row">
        <button type="button" className="main" disabled={stopped || sending || checking} onClick={order}>
          {sending ? 'Placing the order …' : checking ? 'Checking …' : `Place order${price}`}
        </button>
        {found.length > 0 && <button type="button" disabled={checking} onClick={recheck}>Check again</button>}
        <a href="#/cart">Back to the cart</a>
      </p>
    </section>
  );
}
