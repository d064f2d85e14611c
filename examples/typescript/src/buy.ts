/** The purchase, step by step. */

import { add, type Cart, checkOut, mend, type Ordered, start, update } from './cart.js';
import type { Gateway } from './gateway.js';
import { type CartLineItemInput, type CartLineItemUpdateInput, OrderSummaryFragmentDoc } from './generated/graphql.js';
import { readFragment } from './generated/index.js';
import { Refused } from './refusals.js';
import { lines, money, name, show } from './screen.js';

const CUSTOMER = { tenantId: '28089560-09e9-4305-9944-5fb2b1a786e5' };
const ITEM = 'CFQ7TTC0LH18:0001:CFQ7TTC0K971';

export async function buy(gateway: Gateway): Promise<void> {
  let cart = await start(gateway, CUSTOMER, [seats(5, 'Head office')]);
  cart = await add(gateway, cart, [seats(6_000, 'Branches')]);
  cart = await mended(gateway, cart);

  console.log('Somebody else takes the names away.');
  // Null clears a property; one that is left out stays as it is.
  await update(gateway, cart, lines(cart).map(({ id }) => ({ id, friendlyName: null })));

  conclude(await order(gateway, cart));
}

function seats(quantity: number, friendlyName: string): CartLineItemInput {
  return { catalogItemId: ITEM, friendlyName, quantity, termDuration: 'P1Y', billingCycle: 'MONTHLY' };
}

/** The cart with as many seats as the customer may still buy on lines that ask for more. */
async function mended(gateway: Gateway, cart: Cart): Promise<Cart> {
  const cures: CartLineItemUpdateInput[] = [];
  for (const line of lines(cart)) {
    if (!line.error) continue;
    console.log(`${name(line)}: ${line.error.code}. ${line.error.message}`);
    const left = line.error.additionalInformation?.availableQuantity;
    if (!left) throw new Refused('This program knows no cure.');
    cures.push({ id: line.id, quantity: left });
  }
  return cures.length ? mend(gateway, cart, cures) : cart;
}

/** Orders what the buyer was shown; when that has changed, shows the cart as it stands and asks again. */
async function order(gateway: Gateway, shown: Cart): Promise<Ordered> {
  const done = await checkOut(gateway, shown);
  if ('ordered' in done) return done.ordered;
  console.log('The cart is no longer what was shown; nothing was ordered.');
  show(done.conflict); // and here a shop waits for the buyer's word
  return order(gateway, done.conflict);
}

function conclude({ outcome, orders, orderErrors }: Ordered): void {
  console.log(`Checkout: ${outcome}`);
  for (const { partnerCenterId, totalPrice, currencyCode } of readFragment(OrderSummaryFragmentDoc, orders)) {
    console.log(`Order ${partnerCenterId}: ${money(totalPrice, currencyCode)}`);
  }
  for (const { code, message, lineItems } of orderErrors) {
    const names = lineItems.map(name);
    console.log(`Not ordered: ${names.join(', ')}, ${code}: ${message}`);
  }
  if (outcome !== 'SUCCEEDED') throw new Refused('Not everything was ordered.');
}
