/** One line of the cart, with its price, its promotion, what is wrong with it, and its add-ons. */

import { useState } from 'react';

import type { Cart, Change, Line } from './cart';
import { grantsOf, lineFindings } from './cures';
import { billed, discount, lineName, listed, money, time } from './format';
import { Price } from './Money';
import { Findings } from './ui';

type Props = { cart: Cart; line: Line & { addonItems?: Line[] }; busy: boolean; change: (wanted: Change) => void };

export function CartLine({ cart, line, busy, change }: Props) {
  const { id, quantity, termDuration, billingCycle, pricing, promotion, isOrdered, addonItems = [] } = line;
  const name = lineName(line);
  const [grant] = grantsOf(promotion, line);
  const terms = billed(termDuration, billingCycle);
  return (
    <li className={line.addonItems ? 'card line' : 'line addon'}>
      <div className="line-head">
        <div>
          <h2>{name}</h2>
          <p className="muted">{line.friendlyName && line.product ? `${line.product.title} · ${terms}` : terms}</p>
          {promotion && line.error?.code !== 'INVALID_PROMOTION_ID' && (
            <p className="tag good">
              {listed(promotion.name, discount(grant?.discount), promotion.endsAt && `until ${time(promotion.endsAt)}`)}
            </p>
          )}
          {isOrdered && <p className="tag good">Ordered</p>}
        </div>
        <div className="line-price">
          <Price pricing={pricing} cycle={billingCycle} />
          {pricing && <p className="muted">{quantity} × {money(pricing.price, pricing.currencyCode)}</p>}
        </div>
      </div>
      {cart.isEditable && !isOrdered && (
        <div className="row">
          <Quantity key={quantity} line={line} name={name} busy={busy} change={change} />
          <button type="button" className="quiet" disabled={busy} onClick={() => change({ id, update: null })}>
            Remove<span className="hidden"> {name}</span>
          </button>
        </div>
      )}
      <Findings of={lineFindings(cart, line)} busy={busy} press={(update) => change({ id, update })} />
      {addonItems.length > 0 && (
        <ul className="addons" aria-label={`Add-ons of ${name}`}>
          {addonItems.map((addon) => <CartLine key={addon.id} cart={cart} line={addon} busy={busy} change={change} />)}
        </ul>
      )}
    </li>
  );
}

function Quantity({ line, name, busy, change }: Omit<Props, 'cart'> & { name: string }) {
  const [quantity, setQuantity] = useState(line.quantity ?? 1);
  const step = (by: number) => setQuantity(Math.max(quantity + by, 1));
  const set = () => change({ id: line.id, update: { quantity } });
  return (
    <form className="quantity" onSubmit={(event) => (event.preventDefault(), set())}>
      <button type="button" onClick={() => step(-1)} aria-label={`One less of ${name}`}>−</button>
      <input
        type="number" required min={1} value={quantity || ''} aria-label={`Quantity of ${name}`}
        onChange={(event) => setQuantity(event.target.valueAsNumber || 0)}
      />
      <button type="button" onClick={() => step(1)} aria-label={`One more of ${name}`}>+</button>
      {quantity !== line.quantity && <button type="submit" className="main" disabled={busy}>Update</button>}
    </form>
  );
}
