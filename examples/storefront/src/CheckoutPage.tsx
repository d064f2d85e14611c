/** The order, and every way in which it can end. Money moves only when the buyer presses the button. */

import { useMutation } from '@apollo/client/react';
import { useEffect, useState } from 'react';

import { resultOf, toPay, useCart, type Cart } from './cart';
import { finding } from './cures';
import type { Trouble } from './errors';
import { money } from './format';
import { CheckOutDocument, type CheckoutCartInput, type CheckOutMutation } from './generated/graphql';
import { Items, Totals } from './Money';
import { OrderCard, OrderErrors } from './OrdersPage';
import { pending } from './session';
import { Findings, Heading, Notice, QueryState, TroubleNotice } from './ui';

type CheckoutResult = NonNullable<NonNullable<CheckOutMutation['checkoutCart']>['result']>;

/** At most one of them: the request that is under way, what came of it, or why there is no result. */
interface State {
  sent?: CheckoutCartInput;
  result?: CheckoutResult;
  trouble?: Trouble & { again: () => void };
}

function useCheckout() {
  const [checkOut] = useMutation(CheckOutDocument);
  const [state, setState] = useState<State>({});

  /** Safe to repeat: a cart is ordered once only, however often this arrives. The checks are those of the page. */
  async function send(input: CheckoutCartInput, tries = 1) {
    pending.write(input);
    if (tries === 1) setState({ sent: input });
    const { data, error } = await checkOut({ variables: { input, checks: null } });
    const payload = data?.checkoutCart;
    const refused = resultOf(payload?.errors.length ? payload : null, error).trouble;
    const trouble = { ...inWords(refused, tries), again: () => void send(input, tries + 1) };
    setState(payload?.result ? { result: payload.result } : { trouble });
    if (payload?.result || trouble.outcome !== 'UNKNOWN') pending.write(null);
  }

  useEffect(() => {
    const left = pending.read();
    if (left) void send(left);
  }, []);

  return { ...state, send };
}

/** What is known about the money. If nothing is, the same request is sent until an answer says what became of it. */
function inWords(trouble: Trouble | null, tries: number): Trouble {
  if (trouble?.outcome === 'NOT_PLACED') return { ...trouble, title: `Nothing was ordered. ${trouble.title}` };
  if (trouble?.outcome === 'PLACED') {
    const text = 'Only its details could not be shown. They will be under Orders.';
    return { ...trouble, title: 'Your order is placed', text, retryable: false };
  }
  return {
    title: 'We do not know yet whether your order was placed',
    text:
      'It went out, but the answer did not reach us. We are asking again with the very same request, until we know. ' +
      'It cannot be ordered twice, however often we ask. Please do not order the same in another way meanwhile.',
    retryable: true,
    retryAfter: trouble?.retryAfter ?? Math.min(2 ** tries, 30),
    outcome: 'UNKNOWN',
    correlationId: trouble?.correlationId ?? null,
  };
}

export function CheckoutPage() {
  const { sent, result, trouble, send } = useCheckout();
  const { cart, ...query } = useCart({ fresh: true, thorough: true });
  const order = () => cart && void send({ cartId: cart.id, expectedVersion: cart.version });
  const unknown = trouble?.outcome === 'UNKNOWN';
  const open = !result && (!trouble || trouble.outcome === 'NOT_PLACED');
  return (
    <div className="narrow">
      <Heading aside={cart?.customer?.companyName}>Checkout</Heading>
      {sent && (
        <Notice tone="info" title="Placing the order …">
          <p>This can take half a minute. You may leave: we find out when you come back.</p>
        </Notice>
      )}
      {trouble && <TroubleNotice trouble={trouble} retry={unknown ? trouble.again : order} auto={unknown} />}
      {result && <Answered result={result} />}
      <QueryState query={query} shown={cart !== null} what="the cart" />
      {cart && open && <Review cart={cart} busy={query.loading || !!sent} order={order} />}
    </div>
  );
}

const ENDS = {
  SUCCEEDED: ['good', 'Thank you. Your order is placed.', 'In up to 15 minutes it is listed under Orders.'],
  PARTIALLY_SUCCEEDED: ['warn', 'Part of your order is placed', 'The rest was refused and costs nothing.'],
  FAILED: ['bad', 'Nothing was ordered', 'Partner Center refused all of it. It costs nothing.'],
} as const;

function Answered({ result: { outcome, orders, orderErrors } }: { result: CheckoutResult }) {
  const [tone, title, text] = ENDS[outcome as keyof typeof ENDS] ?? ENDS.PARTIALLY_SUCCEEDED;
  return (
    <>
      <Notice tone={tone} title={title}><p>{text}</p></Notice>
      {orders.map((each) => <OrderCard key={each.id} order={each} />)}
      <OrderErrors of={orderErrors} />
      {orderErrors.length > 0 && <a className="button main" href="#/cart">Back to the cart</a>}
    </>
  );
}

function Review({ cart, busy, order }: { cart: Cart; busy: boolean; order: () => void }) {
  if (!cart.isEditable) return <p>This cart can no longer be ordered. <a href="#/cart">Look at the cart</a>.</p>;
  const found = (cart.problems ?? []).filter(({ severity }) => severity !== 'NOTICE');
  const stopped = !cart.canCheckout || found.some(({ severity, lineItem }) => severity === 'BLOCKER' && !lineItem);
  const totals = toPay(cart);
  const price = totals.map(({ wholeTerms, currencyCode }) => money(wholeTerms, currencyCode)).join(' + ');
  return (
    <section className="card">
      <h2>What you order</h2>
      <Items lines={cart.lineItems.filter(({ isOrdered }) => !isOrdered)} />
      <Totals totals={totals} unpriced={cart.unpricedLineItemCount} />
      <Findings of={found.map((problem) => finding(problem))} />
      <p className="row">
        <button type="button" className="main" disabled={stopped || busy} onClick={order}>
          {busy ? 'One moment …' : `Place order, ${price}`}
        </button>
        <a href="#/cart">Back to the cart</a>
      </p>
    </section>
  );
}
