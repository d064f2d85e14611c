/** The changes of a cart that a purchase needs. Each answers the cart as it stands afterwards. */

import { randomUUID } from 'node:crypto';

import type { Gateway } from './gateway.js';
import type {
  CartLineItemInput,
  CartLineItemUpdateInput,
  CheckoutMutation,
  CustomerReferenceInput,
  OpenCartFragment,
} from './generated/graphql.js';
import { type FragmentType, graphql, readFragment } from './generated/index.js';
import { Refusal, refused } from './refusals.js';
import { show } from './screen.js';

export type Cart = OpenCartFragment;

const OpenCart = graphql(`
  fragment OpenCart on Cart {
    id
    version
    lineItems {
      id
      friendlyName
      quantity
      error { code message additionalInformation { availableQuantity } }
    }
    ...CartOnScreen
  }
`);

const CreateCart = graphql(`
  mutation CreateCart($input: CreateCartInput!) {
    createCart(input: $input) {
      cart { ...OpenCart }
      errors { ...Refusal }
    }
  }
`);

const AddLines = graphql(`
  mutation AddLines($input: AddCartLineItemsInput!) {
    addCartLineItems(input: $input) {
      cart { ...OpenCart }
      errors { ...Refusal }
    }
  }
`);

const UpdateLines = graphql(`
  mutation UpdateLines($input: UpdateCartLineItemsInput!) {
    updateCartLineItems(input: $input) {
      cart { ...OpenCart }
      errors { ...Refusal }
    }
  }
`);

const Checkout = graphql(`
  mutation Checkout($input: CheckoutCartInput!) {
    checkoutCart(input: $input) {
      replayed
      result {
        outcome
        orders { partnerCenterId totalPrice currencyCode }
        orderErrors { code message lineItems { friendlyName } }
      }
      errors { ...Refusal }
    }
  }
`);

export async function create(
  gateway: Gateway,
  customer: CustomerReferenceInput,
  lineItems: CartLineItemInput[],
): Promise<Cart> {
  const input = { customer, lineItems, idempotencyKey: randomUUID() };
  return changed(await gateway.change(CreateCart, { input }));
}

export async function add(gateway: Gateway, cart: Cart, lineItems: CartLineItemInput[]): Promise<Cart> {
  const input = { cartId: cart.id, expectedVersion: cart.version, lineItems, idempotencyKey: randomUUID() };
  return changed(await gateway.change(AddLines, { input }));
}

export async function update(gateway: Gateway, cart: Cart, lineItems: CartLineItemUpdateInput[]): Promise<Cart> {
  const input = { cartId: cart.id, expectedVersion: cart.version, lineItems };
  return changed(await gateway.change(UpdateLines, { input }));
}

export type Ordered = NonNullable<NonNullable<CheckoutMutation['checkoutCart']>['result']>;

/** What was ordered, which is exactly the given cart; or the cart as it stands, when it has changed since. */
export async function checkout(gateway: Gateway, cart: Cart): Promise<{ ordered: Ordered } | { conflict: Cart }> {
  const input = { cartId: cart.id, expectedVersion: cart.version, idempotencyKey: randomUUID() };
  const { result, replayed, errors } = await gateway.change(Checkout, { input });
  const refusals = readFragment(Refusal, errors);
  const conflict = refusals.find((error) => error.__typename === 'CartVersionConflictError');
  if (conflict) return { conflict: readFragment(OpenCart, conflict.cart) };
  if (!result) throw refused(refusals);
  if (replayed) console.log('An earlier call has ordered this; no second letter to the buyer.');
  return { ordered: result };
}

interface Change {
  cart: FragmentType<typeof OpenCart> | null;
  errors: readonly FragmentType<typeof Refusal>[];
}

function changed(change: Change): Cart {
  const cart = readFragment(OpenCart, change.cart);
  if (!cart) throw refused(readFragment(Refusal, change.errors));
  show(cart);
  return cart;
}
