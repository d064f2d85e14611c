/** One order with its lines. */

import { lineName, money, term, time } from './format';
import type { OrderSummaryFragment, WhatBecameOfCartQuery } from './generated/graphql';
import { Tag, type Tone } from './ui';

type Subscription = NonNullable<NonNullable<NonNullable<WhatBecameOfCartQuery['cart']>['checkout']>['orders'][number]['subscriptions']>[number];

const TONES: Partial<Record<string, Tone>> = { COMPLETED: 'good', ACTIVE: 'good', FAILED: 'bad', CANCELLED: 'bad' };

export function Status({ of }: { of: string | null }) {
  return of && <Tag tone={TONES[of] ?? 'info'}>{of.toLowerCase().replaceAll('_', ' ')}</Tag>;
}

export function OrderCard({ order, subscriptions }: { order: OrderSummaryFragment; subscriptions?: Subscription[] | null }) {
  return (
    <article className="card order">
      <div className="line-head">
        <div>
          <h3>Order {order.partnerCenterId ?? 'without a number yet'}</h3>
          <p className="muted">{time(order.createdAt)} <Status of={order.status} /></p>
        </div>
        <p className="line-price"><strong>{money(order.totalPrice, order.currencyCode)}</strong></p>
      </div>
      <ul className="review">
        {order.lineItems.map((line, at) => (
          <li key={line.lineItemNumber ?? at}>
            <span>{line.quantity} × {lineName(line)}</span>
            <span className="muted">{line.termDuration && term(line.termDuration)}</span>
          </li>
        ))}
      </ul>
      {subscriptions && order.lineItems.some(({ termDuration }) => termDuration) && (
        <p className="muted row">
          {subscriptions.length === 0 ? 'Partner Center is setting it up, which may take 15 minutes.' : 'Set up:'}
          {subscriptions.map(({ id, title, friendlyName, status }) => <span key={id}>{friendlyName ?? title} <Status of={status} /></span>)}
        </p>
      )}
    </article>
  );
}
