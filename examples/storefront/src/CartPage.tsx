/** The cart: lines with their errors and cures, totals, and what would stop a checkout. */

import { useState } from 'react';

import { inputOf, toPay, useAdd, useCart, useCartChanges } from './cart';
import type { Attempt, Cart, Change, Line, Result } from './cart';
import { CartLine } from './CartLine';
import { finding } from './cures';
import { billed, lineName, listed, money, time } from './format';
import { Totals } from './Money';
import { LastCheckout } from './OrdersPage';
import { openCart } from './session';
import { Findings, Heading, Notice, QueryState, ResultNotice } from './ui';

export function CartPage() {
  const { cart, ...query } = useCart({ fresh: true });
  const { send, attempt, dismiss, busy } = useCartChanges();

  /** Partner Center has no empty carts: one whose last line goes is left alone, and expires. */
  async function change(seen: Cart, wanted: Change) {
    if (!wanted.update && seen.lineItems.every(({ id }) => id === wanted.id)) return openCart(null);
    const { trouble } = await send(seen, wanted);
    if (!trouble && !wanted.update) document.querySelector('h1')?.focus(); // the button that had it is gone
  }

  const aside = listed(cart?.customer?.companyName, cart?.isEditable && `until ${time(cart.expiresAt)}`);
  return (
    <>
      <Heading aside={aside}>Cart</Heading>
      {attempt && <Outcome attempt={attempt} dismiss={dismiss} again={(seen) => void send(seen, attempt.mine)} />}
      {cart && !cart.isEditable && <Closed cart={cart} />}
      {cart?.isEditable && cart.lineItems.some(({ isOrdered }) => isOrdered) && <LastCheckout onlyErrors />}
      {!query.loading && !query.error && !cart && (
        <div className="empty card">
          <h2>Your cart is empty</h2>
          <p>Find something in the <a href="#/catalog">catalog</a>.</p>
        </div>
      )}
      <QueryState query={query} shown={cart !== null} what="the cart" />
      {cart && (
        <div className="columns">
          <ul className="lines">
            {cart.lineItems.map((line) => (
              <CartLine
                key={line.id} cart={cart} line={line} busy={busy} change={(wanted) => void change(cart, wanted)}
              />
            ))}
          </ul>
          <Summary cart={cart} />
        </div>
      )}
    </>
  );
}

type OutcomeProps = { attempt: Attempt; dismiss: () => void; again: (seen: Cart) => void };

/** A failed change can be repeated with the version that was shown, so that it is not made twice. */
function Outcome({ attempt, dismiss, again }: OutcomeProps) {
  const { seen, now } = attempt;
  if (!now) return <ResultNotice result={attempt} retry={() => again(seen)} />;
  return (
    <Notice tone="warn" title="Somebody else has changed this cart">
      <p>Your change is not made. Compare, then choose.</p>
      <Difference seen={seen} now={now} mine={attempt.mine} />
      <p className="row">
        <button type="button" className="main" onClick={dismiss}>Keep it as it is now</button>
        <button type="button" onClick={() => again(now)}>Make my change all the same</button>
      </p>
    </Notice>
  );
}

/** The lines that differ, and the one that the buyer's own change is about. */
function Difference({ seen, now, mine }: { seen: Cart; now: Cart; mine: Change }) {
  const [before, after] = [byId(seen), byId(now)];
  const wanted = mine.update?.quantity ? `${mine.update.quantity} seats` : mine.update ? 'Another change' : 'Removed';
  const rows = [...new Map([...before, ...after])].map(([id, line]) => ({
    id,
    name: `${lineName(line)}, ${billed(line.termDuration, line.billingCycle)}`,
    seen: facts(before.get(id)),
    now: facts(after.get(id)),
    mine: id === mine.id ? wanted : '–',
  }));
  return (
    <table>
      <thead>
        <tr><th>Line</th><th>You saw</th><th>It is now</th><th>You wanted</th></tr>
      </thead>
      <tbody>
        {rows.filter((row) => row.seen !== row.now || row.id === mine.id).map((row) => (
          <tr key={row.id}>
            <th scope="row">{row.name}</th>
            <td data-label="You saw">{row.seen}</td>
            <td data-label="It is now" className="now">{row.now}</td>
            <td data-label="You wanted">{row.mine}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function byId(cart: Cart): Map<string, Line> {
  return new Map(cart.lineItems.flatMap((line) => [line, ...line.addonItems]).map((line) => [line.id, line]));
}

function facts(line: Line | undefined): string {
  if (!line) return 'Not there';
  return `${line.quantity} seats · ${money(line.pricing?.extendedPrice, line.pricing?.currencyCode)}`;
}

function Closed({ cart }: { cart: Cart }) {
  const { add, busy } = useAdd();
  const [result, setResult] = useState<Result | null>(null);
  const restart = async () => setResult(await add(cart.lineItems.flatMap(inputOf), crypto.randomUUID()));
  const expired = cart.status === 'ACTIVE' && cart.isExpired;
  return (
    <Notice tone="warn" title={expired ? `This cart expired on ${time(cart.expiresAt)}` : 'This cart is ordered'}>
      <p>{expired ? 'Prices may have changed. A new cart has those of today.' : 'Its orders are under Orders.'}</p>
      <button type="button" disabled={busy} onClick={() => void restart()}>Start a new cart with the same lines</button>
      {result && <ResultNotice result={result} />}
    </Notice>
  );
}

function Summary({ cart }: { cart: Cart }) {
  const problems = (cart.problems ?? []).filter(({ lineItem }) => !lineItem);
  return (
    <section className="card summary" aria-labelledby="summary" aria-live="polite">
      <h2 id="summary">Summary</h2>
      <Totals totals={toPay(cart)} unpriced={cart.unpricedLineItemCount} />
      {cart.isEditable && <Findings of={problems.map((problem) => finding(problem))} />}
      {cart.canCheckout && <a className="button main" href="#/checkout">Check out</a>}
      {cart.isEditable && !cart.canCheckout && (
        <button type="button" className="main" disabled>Mend the lines to check out</button>
      )}
    </section>
  );
}
