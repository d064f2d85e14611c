/** Who is buying and which cart is open, what page is shown, and the checkout whose end is not known yet. */

import { makeVar } from '@apollo/client';

import type { CartReferenceInput, CheckoutCartInput, CustomerReferenceInput } from './generated/graphql';

/** In a shop of your own the customer comes from the sign-in. These are the sandbox's demo customer and cart. */
export const DEMO = {
  customerTenantId: '28089560-09e9-4305-9944-5fb2b1a786e5',
  cartId: '29982361-779a-41ea-991a-6ee4c320e033',
};
const CUSTOMER = import.meta.env['VITE_CUSTOMER_TENANT_ID'] as string | undefined;

interface Session {
  customer: CustomerReferenceInput;
  cart: CartReferenceInput | null;
}

export const session = makeVar<Session>(
  read<Session>('session') ?? {
    customer: { tenantId: CUSTOMER ?? DEMO.customerTenantId },
    cart: CUSTOMER ? null : { partnerCenter: DEMO },
  },
);

export function openCart(cart: CartReferenceInput | null): void {
  write('session', session({ ...session(), cart }));
}

/** Loads the cart page in another session, where nothing that was read before is true any more. */
export function beginAnew(next: Session): void {
  write('session', next);
  pending.write(null);
  window.history.replaceState(null, '', '#/cart');
  window.location.reload();
}

/** The page that is shown, such as #/cart. */
export const address = makeVar(window.location.hash);
window.addEventListener('hashchange', () => address(window.location.hash));

/**
 * The checkout that is under way. It is written down before it is sent, and removed when its outcome is known: a page
 * that is closed in between finds out when it is opened again, by sending the very same request.
 */
export const pending = {
  read: () => read<CheckoutCartInput>('checkout'),
  write: (input: CheckoutCartInput | null) => write('checkout', input),
};

function read<T>(name: string): T | null {
  return JSON.parse(localStorage.getItem(`storefront.${name}`) ?? 'null') as T | null;
}

function write(name: string, value: unknown): void {
  localStorage.setItem(`storefront.${name}`, JSON.stringify(value));
}
