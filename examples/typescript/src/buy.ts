/** The purchase, step by step. */

import { add, type Cart, checkOut, mend, type Ordered, read, start, update } from './cart.js';
import type { Gateway } from './gateway.js';
import type { CartLineItemInput, CartLineItemUpdateInput } from './generated/graphql.js';
import { Refused } from './refusals.js';
import { lines, money, name, show } from './screen.js';

const CUSTOMER = { tenantId: '28089560-09e9-4305-9944-5fb2b1a786e5' };
const BASIC = 'CFQ7TTC0LH18:0001:CFQ7TTC0K971';
const PREMIUM = 'CFQ7TTC0LCHC:0002:CFQ7TTC0KFFN';

export async function buy(gateway: Gateway): Promise<void> {
  const begun = await start(gateway, CUSTOMER, [seats(BASIC, 5, 'Head office')]);
  await add(gateway, begun, [seats(PREMIUM, 6_000, 'Branches')]);
  const cart = await mended(gateway, await shown(gateway, begun.id));

  console.log('Somebody else takes the names away.');
  // Null clears a property; one that is left out stays as it is.
  await update(gateway, cart, lines(cart).map(({ id }) => ({ id, friendlyName: null })));

  conclude(await order(gateway, cart));
}

function seats(catalogItemId: string, quantity: number, friendlyName: string): CartLineItemInput {
  return { catalogItemId, friendlyName, quantity, termDuration: 'P1Y', billingCycle: 'MONTHLY' };
}

async function shown(gateway: Gateway, id: string): Promise<Cart> {
  const cart = await read(gateway, id);
  show(cart);
  return cart;
}

/** The cart with as many seats as may be sold on lines that ask for more. Throws Refused when that is no cure. */
async function mended(gateway: Gateway, cart: Cart): Promise<Cart> {
  const cures = lines(cart).flatMap((line): CartLineItemUpdateInput[] => {
    if (!line.error) return [];
    console.log(`${name(line)}: ${line.error.code}. ${line.error.message}`);
    const quantity = line.error.acceptedQuantity?.maximum;
    if (!quantity || quantity === line.quantity) throw new Refused('This program knows no cure.');
    return [{ id: line.id, quantity }];
  });
  if (!cures.length) return cart;
  await mend(gateway, cart, cures);
  return mended(gateway, await shown(gateway, cart.id));
}

/** Orders what the buyer was shown; when that has changed, shows the cart as it stands and asks again. */
async function order(gateway: Gateway, cart: Cart): Promise<Ordered> {
  const ordered = await checkOut(gateway, cart);
  if (ordered) return ordered;
  console.log('The cart is no longer what was shown; nothing was ordered.');
  return order(gateway, await shown(gateway, cart.id)); // before which a shop waits for the buyer's word
}

function conclude({ outcome, orders, orderErrors }: Ordered): void {
  console.log(`Checkout: ${outcome}`);
  for (const { partnerCenterId, totalPrice, currencyCode } of orders) {
    console.log(`Order ${partnerCenterId}: ${money(totalPrice, currencyCode)}`);
  }
  for (const { code, message, lineItems } of orderErrors) {
    const names = lineItems.map(name);
    console.log(`Not ordered: ${names.join(', ')}, ${code}: ${message}`);
  }
  if (outcome !== 'SUCCEEDED') throw new Refused('Not everything was ordered.');
}
