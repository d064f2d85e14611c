/** Who is buying and which cart is open, what page is shown, and the checkout whose end is not known yet. */

import { createContext, use, useCallback, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';

import type { CartReferenceInput, CheckoutCartInput, CustomerReferenceInput } from './generated/graphql';

/** In a shop of your own the customer comes from the sign-in. These are the sandbox's demo customer and cart. */
export const DEMO = { customerTenantId: '28089560-09e9-4305-9944-5fb2b1a786e5', cartId: '29982361-779a-41ea-991a-6ee4c320e033' };
const CUSTOMER = import.meta.env['VITE_CUSTOMER_TENANT_ID'] as string | undefined;

export interface Session {
  customer: CustomerReferenceInput;
  cart: CartReferenceInput | null;
}

interface Sessions {
  session: Session;
  open: (session: Session) => void;
}

const Current = createContext<Sessions | null>(null);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [session, setSession] = useState<Session>(() => read<Session>('session') ?? firstSession());
  const open = useCallback((next: Session) => {
    write('session', next);
    setSession(next);
  }, []);
  return <Current value={{ session, open }}>{children}</Current>;
}

export function useSession(): Sessions {
  return use(Current)!;
}

function firstSession(): Session {
  if (CUSTOMER) return { customer: { tenantId: CUSTOMER }, cart: null };
  return { customer: { tenantId: DEMO.customerTenantId }, cart: { partnerCenter: DEMO } };
}

/** Loads the cart page in another session, where nothing that was read before is true any more. */
export function beginAnew(session: Session): void {
  write('session', session);
  pending.write(null);
  window.history.replaceState(null, '', session.cart ? '#/cart' : '#/catalog');
  window.location.reload();
}

export const PAGES = ['catalog', 'cart', 'checkout', 'orders'] as const;
export type Page = (typeof PAGES)[number];

/** The page in the address, as in #/cart. */
export function usePage(): Page {
  const hash = useSyncExternalStore(
    (changed) => (window.addEventListener('hashchange', changed), () => window.removeEventListener('hashchange', changed)),
    () => window.location.hash,
  );
  return PAGES.find((page) => hash === `#/${page}`) ?? 'catalog';
}

export function goTo(page: Page): void {
  window.location.hash = `#/${page}`;
}

/**
 * The checkout that is under way. It is written down before it is sent, and removed when its outcome is known: a page
 * that is closed in between finds out when it is opened again, by sending the very same request.
 */
export const pending = {
  read: () => read<CheckoutCartInput>('checkout'),
  write: (input: CheckoutCartInput | null) => write('checkout', input),
};

function read<T>(name: string): T | null {
  const text = localStorage.getItem(`storefront.${name}`);
  return text ? (JSON.parse(text) as T) : null;
}

function write(name: string, value: unknown): void {
  if (value === null) localStorage.removeItem(`storefront.${name}`);
  else localStorage.setItem(`storefront.${name}`, JSON.stringify(value));
}

/** Counts down from *seconds*, anew for each *reason*, then calls *done* once; null while it is not running. */
export function useCountdown(seconds: number | null, done: () => void, reason: unknown): number | null {
  const [left, setLeft] = useState(seconds);
  useEffect(() => setLeft(seconds), [seconds, reason]);
  useEffect(() => {
    if (left === null) return;
    const timer = setTimeout(() => (left <= 1 ? (setLeft(null), done()) : setLeft(left - 1)), 1000);
    return () => clearTimeout(timer);
  }, [left, done]);
  return left;
}
