/** What a purchase asks of the gateway, by the documents of operations/. */

import { randomUUID } from 'node:crypto';

import { Fault, type Gateway } from './gateway.js';
import {
  AddLinesDocument,
  type CartLineItemInput,
  type CartLineItemUpdateInput,
  CartPageDocument,
  type CartPageQuery,
  ChangeLinesDocument,
  CheckOutDocument,
  type CheckOutMutation,
  type CustomerReferenceInput,
  MendLineDocument,
  StartCartDocument,
} from './generated/graphql.js';
import { type Refusal, refused } from './refusals.js';

/** A cart as it was shown. */
export type Cart = NonNullable<CartPageQuery['cart']>;

/** Names a cart, and the state of it that a change or a checkout is meant for. */
export interface CartVersion {
  id: string;
  version: string;
}

export async function start(
  gateway: Gateway,
  customer: CustomerReferenceInput,
  lineItems: CartLineItemInput[],
): Promise<CartVersion> {
  const input = { customer, lineItems, idempotencyKey: randomUUID() };
  return changed(await gateway.change(StartCartDocument, { input }));
}

export async function read(gateway: Gateway, id: string): Promise<Cart> {
  const { cart } = await gateway.query(CartPageDocument, { cart: { id } });
  if (!cart) throw new Fault('There is no such cart.', { code: 'NOT_FOUND' });
  return cart;
}

export async function add(gateway: Gateway, cart: CartVersion, lineItems: CartLineItemInput[]): Promise<CartVersion> {
  const input = { cartId: cart.id, expectedVersion: cart.version, lineItems, idempotencyKey: randomUUID() };
  return changed(await gateway.change(AddLinesDocument, { input }));
}

export async function mend(gateway: Gateway, cart: CartVersion, cures: CartLineItemUpdateInput[]): Promise<CartVersion> {
  const input = { cartId: cart.id, expectedVersion: cart.version, lineItems: cures };
  return changed(await gateway.change(MendLineDocument, { input }));
}

export async function update(
  gateway: Gateway,
  cart: CartVersion,
  lineItems: CartLineItemUpdateInput[],
): Promise<CartVersion> {
  const input = { cartId: cart.id, expectedVersion: cart.version, lineItems };
  return changed(await gateway.change(ChangeLinesDocument, { input }));
}

export type Ordered = NonNullable<NonNullable<CheckOutMutation['checkoutCart']>['result']>;

/** What was ordered, which is exactly the given cart; null when it has changed since, and nothing was ordered. */
export async function checkOut(gateway: Gateway, cart: CartVersion): Promise<Ordered | null> {
  const input = { cartId: cart.id, expectedVersion: cart.version, idempotencyKey: randomUUID() };
  const { result, replayed, errors } = await gateway.change(CheckOutDocument, { input });
  if (errors.some((error) => error.code === 'CART_VERSION_CONFLICT')) return null;
  if (!result) throw refused(errors);
  if (replayed) console.log('An earlier call has ordered this; no second letter to the buyer.');
  return result;
}

/** The cart after a change; throws Refused when nothing was changed. */
function changed({ cart, errors }: { cart: CartVersion | null; errors: readonly Refusal[] }): CartVersion {
  if (!cart) throw refused(errors);
  return cart;
}
