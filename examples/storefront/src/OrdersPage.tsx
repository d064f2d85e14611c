/** What became of the open cart, and the orders of the customer. */

import { useQuery } from '@apollo/client/react';

import { problemWords } from './errors';
import { lineName, money } from './format';
import { OrdersDocument, WhatBecameOfCartDocument } from './generated/graphql';
import { OrderCard } from './OrderCard';
import { useSession } from './session';
import { Empty, Heading, More, Notice, Skeleton, TroubleNotice, useTrouble } from './ui';

export function OrdersPage() {
  const { session } = useSession();
  const { data, error, loading, refetch, fetchMore } = useQuery(OrdersDocument, {
    variables: { customer: session.customer },
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
    notifyOnNetworkStatusChange: true,
  });
  const trouble = useTrouble(error);
  const orders = data?.customer?.orders;
  return (
    <div className="narrow">
      <Heading>Orders</Heading>
      {session.cart && <LastCheckout />}
      <section aria-labelledby="all">
        <h2 id="all">All orders</h2>
        {trouble && <TroubleNotice trouble={trouble} retry={() => void refetch()} auto />}
        {loading && !orders && <Skeleton rows={2} what="orders" />}
        {orders?.totalCount === 0 && <Empty title="No orders yet"><p>A new order may take up to 15 minutes to appear here.</p></Empty>}
        {orders?.nodes.map((order) => <OrderCard key={order.id} order={order} />)}
        {orders && <More page={orders.pageInfo} loading={loading} load={(after) => void fetchMore({ variables: { after } })} />}
      </section>
    </div>
  );
}

/** Partner Center leads no way from a cart to its orders; the gateway remembers it for eight days. */
function LastCheckout() {
  const { session } = useSession();
  const { data, refetch, loading } = useQuery(WhatBecameOfCartDocument, {
    variables: { cart: session.cart! },
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
    notifyOnNetworkStatusChange: true,
  });
  const cart = data?.cart;
  if (!cart?.checkout) return null;
  const open = cart.openTotals ?? [];
  return (
    <section aria-labelledby="last">
      <div className="page-head">
        <h2 id="last">Your last checkout</h2>
        <button type="button" className="quiet" disabled={loading} onClick={() => void refetch()}>{loading ? 'Looking …' : 'Look again'}</button>
      </div>
      {cart.checkout.orders.map((order) => <OrderCard key={order.id} order={order} subscriptions={order.subscriptions} />)}
      {open.length > 0 && (
        <Notice tone="warn" title="Part of the cart is not ordered">
          {cart.checkout.orderErrors.map(({ code, lineItems }, at) => (
            <p key={at}>{lineItems.map(lineName).join(', ')}: {problemWords(code).title}. {problemWords(code).cure}</p>
          ))}
          <p>{open.map(({ currencyCode, wholeTerms }) => money(wholeTerms, currencyCode)).join(', ')} are still in <a href="#/cart">the cart</a>.</p>
        </Notice>
      )}
    </section>
  );
}
