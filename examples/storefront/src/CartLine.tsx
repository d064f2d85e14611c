/** One line of the cart, with its price, its promotion, what is wrong with it, and its add-ons. */

import { useState } from 'react';

import type { Cart, Change, Line } from './cart';
import { discount, errorCures, problemCures, type Cure, type Problem } from './cures';
import { lineErrorWords, problemWords } from './errors';
import { billed, lineName, money, per, time } from './format';
import { Notice, Tag } from './ui';

interface Props {
  cart: Cart;
  line: Line & { addonItems?: Line[] };
  busy: boolean;
  change: (wanted: Change, what: string) => void;
}

export function CartLine({ cart, line, busy, change }: Props) {
  const name = lineName(line);
  const problems = (cart.problems ?? []).filter(({ lineItem, code }) => lineItem?.id === line.id && code !== 'LINE_ITEM_ERROR');
  const press = ({ label, change: wanted }: Cure) => change(wanted, `${name}: ${label}. Done.`);
  const subtitle = [line.friendlyName && line.product?.title, billed(line.termDuration, line.billingCycle)].filter(Boolean).join(' · ');
  return (
    <li className={line.addonItems ? 'card line' : 'line addon'}>
      <div className="line-head">
        <div>
          <h2>{name}</h2>
          <p className="muted">{subtitle}</p>
          {line.promotion && line.error?.code !== 'INVALID_PROMOTION_ID' && <Promotion line={line} />}
          {line.isOrdered && <Tag tone="good">Ordered</Tag>}
        </div>
        <Price line={line} />
      </div>
      {cart.isEditable && !line.isOrdered && (
        <div className="row">
          <Quantity key={line.quantity} line={line} name={name} busy={busy} change={change} />
          <button type="button" className="quiet" disabled={busy} onClick={() => change({ kind: 'remove', ids: [line.id] }, `${name} is removed.`)}>
            Remove<span className="hidden"> {name}</span>
          </button>
        </div>
      )}
      {line.error && (
        <Notice still tone="bad" title={lineErrorWords(line.error.code)}>
          <p className="theirs">{line.error.message}</p>
          <Cures cures={errorCures(line)} busy={busy || !cart.isEditable} press={press} />
        </Notice>
      )}
      {problems.map((problem) => (
        <Found key={problem.code + problem.message} problem={problem} line={line} busy={busy || !cart.isEditable} press={press} />
      ))}
      {line.addonItems && line.addonItems.length > 0 && (
        <ul className="addons" aria-label={`Add-ons of ${name}`}>
          {line.addonItems.map((addon) => <CartLine key={addon.id} cart={cart} line={addon} busy={busy} change={change} />)}
        </ul>
      )}
    </li>
  );
}

function Price({ line: { pricing, quantity, billingCycle } }: { line: Line }) {
  if (!pricing) return <p className="line-price muted">No price yet</p>;
  const { price, perPeriod, extendedPrice, billingPeriods, currencyCode } = pricing;
  return (
    <div className="line-price">
      <p><strong>{money(perPeriod ?? extendedPrice, currencyCode)}</strong>{perPeriod && <small> {per(billingCycle)}</small>}</p>
      <p className="muted">{quantity} × {money(price, currencyCode)}</p>
      {billingPeriods !== 1 && <p className="muted">{money(extendedPrice, currencyCode)} for the whole term</p>}
    </div>
  );
}

function Promotion({ line }: { line: Line }) {
  const { promotion } = line;
  return (
    <Tag tone="good">
      {[promotion?.name ?? 'Promotion', discount(promotion, line)].filter(Boolean).join(', ')}
      {promotion?.endsAt && `, until ${time(promotion.endsAt)}`}
    </Tag>
  );
}

function Quantity({ line, name, busy, change }: { line: Line; name: string; busy: boolean; change: Props['change'] }) {
  const [draft, setDraft] = useState(line.quantity ?? 1);
  const set = (quantity: number) => change({ kind: 'change', lines: [{ id: line.id, quantity }] }, `${name}: quantity ${quantity}.`);
  return (
    <form className="quantity" onSubmit={(event) => (event.preventDefault(), set(draft))}>
      <button type="button" disabled={draft <= 1} onClick={() => setDraft(draft - 1)} aria-label={`One less of ${name}`}>−</button>
      <input
        type="number" required min={1} value={draft || ''} aria-label={`Quantity of ${name}`}
        onChange={(event) => setDraft(event.target.valueAsNumber || 0)}
      />
      <button type="button" onClick={() => setDraft(draft + 1)} aria-label={`One more of ${name}`}>+</button>
      {draft !== line.quantity && <button type="submit" className="main" disabled={busy}>{busy ? 'Updating …' : 'Update'}</button>}
    </form>
  );
}

function Found({ problem, line, busy, press }: { problem: Problem; line: Line; busy: boolean; press: (cure: Cure) => void }) {
  const { title, cure } = problemWords(problem.code);
  const tone = problem.severity === 'BLOCKER' ? 'bad' : problem.severity === 'RISK' ? 'warn' : 'info';
  return (
    <Notice still tone={tone} title={title}>
      <p>{problem.promotion ? [problem.promotion.name, discount(problem.promotion, line)].filter(Boolean).join(', ') : (cure ?? problem.message)}</p>
      <Cures cures={problemCures(problem, line)} busy={busy} press={press} />
    </Notice>
  );
}

function Cures({ cures, busy, press }: { cures: Cure[]; busy: boolean; press: (cure: Cure) => void }) {
  if (cures.length === 0) return null;
  return (
    <p className="row">
      {cures.map((cure) => <button key={cure.label} type="button" disabled={busy} onClick={() => press(cure)}>{cure.label}</button>)}
    </p>
  );
}
