/** What became of the open cart, and the orders of the customer. */

import { useQuery, useReactiveVar } from '@apollo/client/react';

import { problemWords } from './errors';
import { lineName, money, time } from './format';
import { FRESH } from './gateway';
import { OrdersDocument, WhatBecameOfCartDocument } from './generated/graphql';
import type { OrderSummaryFragment, WhatBecameOfCartQuery } from './generated/graphql';
import { Items } from './Money';
import { session } from './session';
import { Heading, More, Notice, QueryState } from './ui';

export function OrdersPage() {
  const { customer } = useReactiveVar(session);
  const { data, fetchMore, ...query } = useQuery(OrdersDocument, { variables: { customer }, ...FRESH });
  const orders = data?.customer?.orders;
  return (
    <div className="narrow">
      <Heading>Orders</Heading>
      <LastCheckout />
      <section>
        <h2>All orders</h2>
        <QueryState query={query} shown={Boolean(orders)} what="orders" />
        {orders?.totalCount === 0 && <p className="empty card">No orders yet. A new one may take 15 minutes.</p>}
        {orders?.nodes.map((order) => <OrderCard key={order.id} order={order} />)}
        {orders && <More page={orders.pageInfo} load={fetchMore} />}
      </section>
    </div>
  );
}

type Checkout = NonNullable<NonNullable<WhatBecameOfCartQuery['cart']>['checkout']>;

/** What became of the open cart. Partner Center leads from no cart to its orders: the gateway remembers. */
export function LastCheckout({ onlyErrors = false }) {
  const { cart } = useReactiveVar(session);
  const { data } = useQuery(WhatBecameOfCartDocument, { variables: { cart: cart! }, skip: !cart, ...FRESH });
  const checkout = data?.cart?.checkout;
  if (!checkout) return null;
  if (onlyErrors) return <OrderErrors of={checkout.orderErrors} />;
  return (
    <section>
      <h2>Your last checkout</h2>
      {checkout.orders.map((order) => <OrderCard key={order.id} order={order} />)}
      <OrderErrors of={checkout.orderErrors} />
    </section>
  );
}

export function OrderErrors({ of }: { of: Checkout['orderErrors'] }) {
  return of.map(({ code, message, lineItems }, at) => (
    <Notice still key={at} tone="bad" title={`Not ordered: ${lineItems.map(lineName).join(', ')}`}>
      <p>{problemWords(code).join('. ')}</p>
      <p className="muted">{message}</p>
    </Notice>
  ));
}

/** With its subscriptions, where they have been read: those of a new order take a while. */
export function OrderCard({ order }: { order: OrderSummaryFragment & Partial<Checkout['orders'][number]> }) {
  const { subscriptions, lineItems } = order;
  return (
    <article className="card">
      <div className="line-head">
        <div>
          <h2>Order {order.partnerCenterId ?? 'without a number yet'}</h2>
          <p className="muted">{time(order.createdAt)} <Status of={order.status} /></p>
        </div>
        <p className="line-price"><strong>{money(order.totalPrice, order.currencyCode)}</strong></p>
      </div>
      <Items lines={lineItems} />
      {subscriptions?.map(({ id, friendlyName, title, status }) => (
        <p key={id} className="muted">Set up: {friendlyName ?? title} <Status of={status} /></p>
      ))}
      {subscriptions?.length === 0 && lineItems.some(({ termDuration }) => termDuration) && (
        <p className="muted">Partner Center is setting it up, which may take 15 minutes.</p>
      )}
    </article>
  );
}

function Status({ of }: { of: string | null }) {
  return of && <span className="tag info">{of.toLowerCase().replaceAll('_', ' ')}</span>;
}
