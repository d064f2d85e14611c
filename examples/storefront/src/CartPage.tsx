/** The cart: lines with their errors and cures, totals, and what would stop a checkout. */

import { useState } from 'react';

import { linesAgain, toPay, useAdd, useCart, useCartChanges, type Cart, type Change, type Result } from './cart';
import { CartLine } from './CartLine';
import { ConflictNotice } from './Conflict';
import { problemWords } from './errors';
import { lineName, time } from './format';
import { useSession } from './session';
import { Totals } from './Totals';
import { Empty, Heading, Notice, Quote, Skeleton, TroubleNotice } from './ui';

export function CartPage() {
  const { session, open } = useSession();
  const { cart, trouble, loading, refetch } = useCart({ fresh: true });
  const { send, again, result, dismiss, busy } = useCartChanges();
  const [said, say] = useState('');

  /** Partner Center has no empty carts: one whose last line goes is left alone, and expires. */
  async function change(shown: Cart, wanted: Change, what: string) {
    const last = wanted.kind === 'remove' && shown.lineItems.every(({ id }) => wanted.ids.includes(id));
    if (last) return open({ ...session, cart: null });
    say('');
    if (!(await send(shown, wanted))) return;
    say(what);
    if (wanted.kind === 'remove') document.querySelector<HTMLElement>('h1')?.focus();
  }

  return (
    <>
      <Heading aside={cart && <p className="muted">{cart.customer?.companyName}{cart.isEditable && <>, until {time(cart.expiresAt)}</>}</p>}>
        Cart
      </Heading>
      <p className="hidden" role="status">{said}</p>
      {trouble && <TroubleNotice trouble={trouble} retry={() => void refetch()} auto />}
      <ResultNotice result={result} dismiss={dismiss} again={again} />
      {loading && !cart && <div className="columns"><Skeleton rows={3} what="the cart" /><div className="card skeleton tall" /></div>}
      {!loading && !cart && !trouble && (
        <Empty title="Your cart is empty"><p>Find something in the <a href="#/catalog">catalog</a>.</p></Empty>
      )}
      {cart && !cart.isEditable && <Closed cart={cart} />}
      {cart && (
        <div className="columns" aria-busy={busy}>
          <ul className="lines">
            {cart.lineItems.map((line) => (
              <CartLine key={line.id} cart={cart} line={line} busy={busy} change={(wanted, what) => void change(cart, wanted, what)} />
            ))}
          </ul>
          <Summary cart={cart} />
        </div>
      )}
    </>
  );
}

function ResultNotice({ result, dismiss, again }: { result: Result; dismiss: () => void; again: () => void }) {
  const { conflict, refusal, trouble, notes } = result;
  return (
    <>
      {conflict && <ConflictNotice {...conflict} take={dismiss} again={again} />}
      {refusal && !conflict && <Notice tone="bad" title={refusal.title}><p>{refusal.text}</p><Quote id={refusal.correlationId} /></Notice>}
      {trouble && <TroubleNotice trouble={trouble} retry={again} />}
      {notes.length > 0 && (
        <Notice tone="warn" title="Partner Center did not take all of the change">{notes.map((note) => <p key={note}>{note}</p>)}</Notice>
      )}
    </>
  );
}

function Closed({ cart }: { cart: Cart }) {
  const { start, busy } = useAdd();
  const [result, setResult] = useState<Result | null>(null);
  const restart = async () => setResult(await start(linesAgain(cart), crypto.randomUUID()));
  const expired = cart.status === 'ACTIVE' && cart.isExpired;
  return (
    <Notice tone={expired ? 'warn' : 'info'} title={expired ? `This cart expired on ${time(cart.expiresAt)}` : 'This cart is ordered'}>
      <p>{expired ? 'Prices may have changed since. A new cart shows those of today.' : <>Its orders are under <a href="#/orders">Orders</a>.</>}</p>
      <p><button type="button" disabled={busy} onClick={() => void restart()}>Start a new cart with the same lines</button></p>
      {result?.refusal && <p>{result.refusal.title}: {result.refusal.text}</p>}
      {result?.trouble && <TroubleNotice trouble={result.trouble} />}
    </Notice>
  );
}

function Summary({ cart }: { cart: Cart }) {
  const problems = cart.isEditable ? (cart.problems ?? []).filter(({ lineItem }) => !lineItem) : [];
  const faulty = cart.lineItems.flatMap((line) => [line, ...line.addonItems]).filter(({ error }) => error);
  return (
    <section className="card summary" aria-labelledby="summary-title">
      <h2 id="summary-title">Summary</h2>
      <Totals totals={toPay(cart)} unpriced={cart.unpricedLineItemCount} />
      {problems.map(({ code, severity, message }) => (
        <Notice still key={code + message} tone={severity === 'BLOCKER' ? 'bad' : 'info'} title={problemWords(code).title}>
          <p>{problemWords(code).cure ?? message}</p>
        </Notice>
      ))}
      {cart.isEditable && (cart.canCheckout ? (
        <a className="button main" href="#/checkout">Check out</a>
      ) : (
        <>
          <button type="button" className="main" disabled aria-describedby="why-not">Check out</button>
          <p id="why-not" className="muted">Mend first: {faulty.map(lineName).join(', ')}.</p>
        </>
      ))}
    </section>
  );
}
