/** What the buyer sees. It declares what it needs, and nobody else can read that by accident. */

import type { Scalars } from './generated/graphql.js';
import { type FragmentType, graphql, readFragment } from './generated/index.js';

const CartOnScreen = graphql(`
  fragment CartOnScreen on Cart {
    lineItems { friendlyName quantity }
    totals { wholeTerms currencyCode }
  }
`);

export function show(shown: FragmentType<typeof CartOnScreen>): void {
  const cart = readFragment(CartOnScreen, shown);
  const lines = cart.lineItems.map((line) => `${name(line)} ${line.quantity}`);
  const totals = cart.totals.map((total) => money(total.wholeTerms, total.currencyCode));
  console.log(`Cart: ${lines.join(', ')}; together ${totals.join(', ') || 'without a price'}`);
}

export function name(line: { friendlyName: string | null }): string {
  return line.friendlyName ?? 'no name';
}

/** An amount in the reader's notation. Formatted from its digits: a number would round it. */
export function money(amount: Scalars['Decimal']['output'] | null, currency: string | null): string {
  if (amount === null) return 'without a price';
  if (currency === null) return amount;
  return new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(amount);
}
