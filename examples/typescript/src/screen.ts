/** What the buyer sees. Only code that names a fragment can read its fields; from the rest the compiler hides them. */

import {
  type CartContentFragment,
  type CartLineFragment,
  CartLineFragmentDoc,
  CartSumFragmentDoc,
  type Scalars,
} from './generated/graphql.js';
import { readFragment } from './generated/index.js';

export function show(cart: CartContentFragment): void {
  const shown = lines(cart).map((line) => `${name(line)} ${line.quantity}`);
  const totals = readFragment(CartSumFragmentDoc, cart.totals).map((total) => money(total.wholeTerms, total.currencyCode));
  console.log(`Cart: ${shown.join(', ')}; together ${totals.join(', ') || 'without a price'}`);
}

export function lines(cart: CartContentFragment): readonly CartLineFragment[] {
  return cart.lineItems.map((line) => readFragment(CartLineFragmentDoc, line));
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
