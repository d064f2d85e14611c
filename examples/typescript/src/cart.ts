/** The changes of a cart that a purchase needs, by the documents of operations/. Each answers the cart as it stands afterwards. */

import { randomUUID } from 'node:crypto';

import type { Gateway } from './gateway.js';
import {
  AddLinesDocument,
  type CartContentFragment,
  CartContentFragmentDoc,
  type CartLineItemInput,
  type CartLineItemUpdateInput,
  ChangeLinesDocument,
  CheckOutDocument,
  type CheckOutMutation,
  type CustomerReferenceInput,
  MendLineDocument,
  RefusalFragmentDoc,
  StartCartDocument,
} from './generated/graphql.js';
import { type FragmentType, readFragment } from './generated/index.js';
import { refused } from './refusals.js';
import { show } from './screen.js';

export type Cart = CartContentFragment;

export async function start(
  gateway: Gateway,
  customer: CustomerReferenceInput,
  lineItems: CartLineItemInput[],
): Promise<Cart> {
  const input = { customer, lineItems, idempotencyKey: randomUUID() };
  return changed(await gateway.change(StartCartDocument, { input }));
}

export async function add(gateway: Gateway, cart: Cart, lineItems: CartLineItemInput[]): Promise<Cart> {
  const input = { cartId: cart.id, expectedVersion: cart.version, lineItems, idempotencyKey: randomUUID() };
  return changed(await gateway.change(AddLinesDocument, { input }));
}

export async function mend(gateway: Gateway, cart: Cart, cures: CartLineItemUpdateInput[]): Promise<Cart> {
  const input = { cartId: cart.id, expectedVersion: cart.version, lineItems: cures };
  return changed(await gateway.change(MendLineDocument, { input }));
}

export async function update(gateway: Gateway, cart: Cart, lineItems: CartLineItemUpdateInput[]): Promise<Cart> {
  const input = { cartId: cart.id, expectedVersion: cart.version, lineItems };
  return changed(await gateway.change(ChangeLinesDocument, { input }));
}

export type Ordered = NonNullable<NonNullable<CheckOutMutation['checkoutCart']>['result']>;

/** What was ordered, which is exactly the given cart; or the cart as it stands, when it has changed since. */
export async function checkOut(gateway: Gateway, cart: Cart): Promise<{ ordered: Ordered } | { conflict: Cart }> {
  const input = { cartId: cart.id, expectedVersion: cart.version, idempotencyKey: randomUUID() };
  const { result, replayed, errors } = await gateway.change(CheckOutDocument, { input });
  const refusals = readFragment(RefusalFragmentDoc, errors);
  for (const error of refusals) {
    if (!('cart' in error) || 'whyNotEditable' in error) continue; // of the two with a cart, the one that has changed
    return { conflict: readFragment(CartContentFragmentDoc, error.cart) };
  }
  if (!result) throw refused(refusals);
  if (replayed) console.log('An earlier call has ordered this; no second letter to the buyer.');
  return { ordered: result };
}

interface Change {
  cart: FragmentType<typeof CartContentFragmentDoc> | null;
  errors: readonly FragmentType<typeof RefusalFragmentDoc>[];
}

function changed(change: Change): Cart {
  const cart = readFragment(CartContentFragmentDoc, change.cart);
  if (!cart) throw refused(readFragment(RefusalFragmentDoc, change.errors));
  show(cart);
  return cart;
}
