/** The open cart, and every change of it. Each mutation answers the whole cart, so pages show it by themselves. */

import { useMutation, useQuery, useReactiveVar } from '@apollo/client/react';
import { useState } from 'react';

import { refusalOf, troubleOf, type Trouble } from './errors';
import { FRESH } from './gateway';
import * as documents from './generated/graphql';
import type { CartContentFragment as Cart, CartLineFragment as Line, RefusalFragment } from './generated/graphql';
import type { CartLineItemInput, CartLineItemUpdateInput } from './generated/graphql';
import { openCart, session } from './session';

export type { Cart, Line };

/** *thorough* makes the checks too that are worth their calls only before paying. */
export function useCart({ fresh = false, thorough = false } = {}) {
  const { cart } = useReactiveVar(session);
  const { data, ...query } = useQuery(documents.CartPageDocument, {
    variables: { cart: cart!, ...(thorough && { checks: null }) },
    skip: !cart,
    ...(fresh && FRESH),
  });
  return { ...query, cart: data?.cart ?? null };
}

/** What came of a request. Notes are parts of it that Partner Center did not carry out. */
export interface Result {
  trouble: Trouble | null;
  /** The cart as it is now, where it was another than the one that was shown. */
  now: Cart | null;
  notes: string[];
}

type Payload = { errors: RefusalFragment[]; warnings?: { message: string }[] };

export function resultOf(payload: Payload | null | undefined, error: Error | undefined): Result {
  const refused = payload?.errors[0];
  return {
    trouble: refused ? refusalOf(refused) : !payload && error ? troubleOf(error) : null,
    now: refused?.__typename === 'CartVersionConflictError' ? refused.cart : null,
    notes: (payload?.warnings ?? []).map(({ message }) => message),
  };
}

/** Of one line; null removes it. */
export type Change = { id: string; update: Omit<CartLineItemUpdateInput, 'id'> | null };

/** What the buyer saw, the change that was to be made, and what came of it. */
export type Attempt = Result & { seen: Cart; mine: Change };

export function useCartChanges() {
  const [update, updating] = useMutation(documents.ChangeLinesDocument);
  const [remove, removing] = useMutation(documents.RemoveLinesDocument);
  const [attempt, setAttempt] = useState<Attempt | null>(null);

  /** Sends the version that was shown: where the cart is another by now, nothing is changed, and the buyer decides. */
  async function send(seen: Cart, mine: Change): Promise<Attempt> {
    setAttempt(null);
    const cart = { cartId: seen.id, expectedVersion: seen.version };
    const { data, error } = mine.update
      ? await update({ variables: { input: { ...cart, lineItems: [{ id: mine.id, ...mine.update }] } } })
      : await remove({ variables: { input: { ...cart, lineItemIds: [mine.id] } } });
    const payload = data && ('removeCartLineItems' in data ? data.removeCartLineItems : data.updateCartLineItems);
    const made = { ...resultOf(payload, error), seen, mine };
    setAttempt(made);
    return made;
  }

  return { send, attempt, dismiss: () => setAttempt(null), busy: updating.loading || removing.loading };
}

/** Adds lines to the open cart, or starts one. Under one key, a repetition after a lost answer adds nothing twice. */
export function useAdd() {
  const { customer } = useReactiveVar(session);
  const [addLines, adding] = useMutation(documents.AddLinesDocument);
  const [startCart, starting] = useMutation(documents.StartCartDocument);
  const { cart } = useCart();

  async function add(lineItems: CartLineItemInput[], idempotencyKey: string): Promise<Result> {
    if (cart?.isEditable) {
      const { data, error } = await addLines({ variables: { input: { cartId: cart.id, lineItems, idempotencyKey } } });
      return resultOf(data?.addCartLineItems, error);
    }
    const { data, error } = await startCart({ variables: { input: { customer, lineItems, idempotencyKey } } });
    const id = data?.createCart?.cart?.id;
    if (id) openCart({ id });
    return resultOf(data?.createCart, error);
  }

  return { add, busy: adding.loading || starting.loading };
}

/** What a checkout would still order, where a part is ordered already. */
export function toPay(cart: Cart): Cart['totals'] {
  return cart.isEditable ? (cart.openTotals ?? cart.totals) : cart.totals;
}

/** A line as it would go into a new cart. */
export function inputOf(line: Line & { addonItems?: Line[] }): CartLineItemInput[] {
  const { catalogItemId, quantity, termDuration, billingCycle, friendlyName, attestationAccepted, addonItems } = line;
  if (!catalogItemId || !quantity || !billingCycle) return [];
  return [
    {
      catalogItemId, quantity, termDuration, friendlyName, attestationAccepted,
      billingCycle: billingCycle as CartLineItemInput['billingCycle'],
      participants: line.participants.map(({ type, partnerId }) => ({ type: type as never, partnerId })),
      provisioningContext: line.provisioningContext.map(({ key, value }) => ({ key, value })),
      renewsTo: line.renewsTo.map(({ termDuration }) => ({ termDuration })),
      ...(addonItems?.length && { addonItems: addonItems.flatMap(inputOf) }),
    },
  ];
}
