/** The open cart, and every change of it. Each mutation answers the whole cart, so the cache shows the result by itself. */

import { useMutation, useQuery } from '@apollo/client/react';
import { useRef, useState } from 'react';

import { refusalOf, troubleOf, type Trouble } from './errors';
import * as documents from './generated/graphql';
import type {
  CartContentFragment, CartLineFragment, CartLineItemInput, CartLineItemUpdateInput, RefusalFragment,
} from './generated/graphql';
import { useSession } from './session';
import { useTrouble } from './ui';

export type Cart = CartContentFragment;
export type Line = CartLineFragment;
type BaseLine = Cart['lineItems'][number];

/** *fresh* looks at the cart anew; *thorough* makes the checks too that are worth their calls only before paying. */
export function useCart({ fresh = false, thorough = false } = {}) {
  const { session } = useSession();
  const { data, error, loading, refetch } = useQuery(documents.CartPageDocument, {
    variables: { cart: session.cart!, ...(thorough && { checks: null }) },
    skip: !session.cart,
    fetchPolicy: fresh ? 'cache-and-network' : 'cache-first',
    nextFetchPolicy: 'cache-first',
    notifyOnNetworkStatusChange: true,
  });
  return { cart: data?.cart ?? null, trouble: useTrouble(error), loading, refetch };
}

export type Change =
  | { kind: 'change'; lines: CartLineItemUpdateInput[] }
  | { kind: 'mend'; lines: CartLineItemUpdateInput[] }
  | { kind: 'remove'; ids: string[] };

/** What the buyer saw and what it is now; *mine* is the change that was not made. */
export interface Conflict {
  seen: Cart;
  now: Cart;
  mine: Change;
}

/** What came of a change. A conflict is a refusal too. Notes are parts of it that Partner Center did not carry out. */
export interface Result {
  conflict?: Conflict;
  refusal?: ReturnType<typeof refusalOf>;
  trouble?: Trouble;
  notes: string[];
}

const NOTHING: Result = { notes: [] };

export function useCartChanges() {
  const [change, changing] = useMutation(documents.ChangeLinesDocument);
  const [mend, mending] = useMutation(documents.MendLineDocument);
  const [remove, removing] = useMutation(documents.RemoveLinesDocument);
  const [result, setResult] = useState<Result>(NOTHING);
  const last = useRef<{ shown: Cart; mine: Change }>(null);

  /** Sends the version that was shown: where the cart is another by now, nothing is changed, and the buyer decides. */
  async function send(shown: Cart, mine: Change): Promise<boolean> {
    last.current = { shown, mine };
    setResult(NOTHING);
    const both = { cartId: shown.id, expectedVersion: shown.version };
    const { data, error } =
      mine.kind === 'remove'
        ? await remove({ variables: { input: { ...both, lineItemIds: mine.ids } } })
        : await (mine.kind === 'mend' ? mend : change)({ variables: { input: { ...both, lineItems: mine.lines } } });
    const payload = data && ('removeCartLineItems' in data ? data.removeCartLineItems : data.updateCartLineItems);
    const refused = payload?.errors[0];
    setResult({
      ...resultOf(payload, error),
      ...(refused?.__typename === 'CartVersionConflictError' && { conflict: { seen: shown, now: refused.cart, mine } }),
    });
    return Boolean(payload && !refused);
  }

  const busy = changing.loading || mending.loading || removing.loading;

  /** After a conflict, makes the change to the cart as it is now. Otherwise repeats it: if it was made, that is a conflict. */
  async function again() {
    if (last.current) await send(result.conflict?.now ?? last.current.shown, last.current.mine);
  }

  return { send, again: () => void again(), result, dismiss: () => setResult(NOTHING), busy };
}

type Payload = { errors: RefusalFragment[]; warnings: { message: string }[] } | null | undefined;

function resultOf(payload: Payload, error: Error | undefined): Result {
  if (!payload) return { ...NOTHING, ...(error && { trouble: troubleOf(error) }) };
  const [refused] = payload.errors;
  return { ...(refused && { refusal: refusalOf(refused) }), notes: payload.warnings.map(({ message }) => message) };
}

/** Adds lines to the open cart, or starts one. Under one key, a repetition after a lost answer adds nothing twice. */
export function useAdd() {
  const { session, open } = useSession();
  const [addLines, adding] = useMutation(documents.AddLinesDocument);
  const [startCart, starting] = useMutation(documents.StartCartDocument);
  const { cart } = useCart();

  async function start(lineItems: CartLineItemInput[], idempotencyKey: string): Promise<Result> {
    const { data, error } = await startCart({ variables: { input: { customer: session.customer, lineItems, idempotencyKey } } });
    const id = data?.createCart?.cart?.id;
    if (id) open({ ...session, cart: { id } });
    return resultOf(data?.createCart, error);
  }

  async function add(lineItems: CartLineItemInput[], idempotencyKey: string): Promise<Result> {
    if (!cart?.isEditable) return start(lineItems, idempotencyKey);
    const { data, error } = await addLines({ variables: { input: { cartId: cart.id, lineItems, idempotencyKey } } });
    return resultOf(data?.addCartLineItems, error);
  }

  return { add, start, busy: adding.loading || starting.loading };
}

/** What a checkout would still order, where a part is ordered already. */
export function toPay(cart: Cart): Cart['totals'] {
  return cart.isEditable ? (cart.openTotals ?? cart.totals) : cart.totals;
}

/** The lines of a cart as they would go into a new one. */
export function linesAgain(cart: Cart): CartLineItemInput[] {
  return cart.lineItems.flatMap((line) => inputOf(line, line.addonItems));
}

function inputOf(line: Line, addons: BaseLine['addonItems'] = []): CartLineItemInput[] {
  if (!line.catalogItemId || !line.quantity || !line.billingCycle) return [];
  return [
    {
      catalogItemId: line.catalogItemId,
      quantity: line.quantity,
      billingCycle: line.billingCycle as CartLineItemInput['billingCycle'],
      termDuration: line.termDuration,
      friendlyName: line.friendlyName,
      attestationAccepted: line.attestationAccepted,
      participants: line.participants.map(({ type, partnerId }) => ({ type: type as never, partnerId })),
      provisioningContext: line.provisioningContext.map(({ key, value }) => ({ key, value })),
      renewsTo: line.renewsTo.map(({ termDuration }) => ({ termDuration })),
      ...(addons.length > 0 && { addonItems: addons.flatMap((addon) => inputOf(addon)) }),
    },
  ];
}
