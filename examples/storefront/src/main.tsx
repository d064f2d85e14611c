import '@fontsource-variable/inter';
import './style.css';

import { ApolloProvider } from '@apollo/client/react';
import { StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';

import { useCart } from './cart';
import { CartPage } from './CartPage';
import { CatalogPage } from './CatalogPage';
import { CheckoutPage } from './CheckoutPage';
import { client } from './gateway';
import { OrdersPage } from './OrdersPage';
import { Scenarios } from './Scenarios';
import { goTo, pending, SessionProvider, usePage, useSession, type Page } from './session';

const LINKS: [Page, string][] = [['catalog', 'Catalog'], ['cart', 'Cart'], ['orders', 'Orders']];
const SHOWN = { catalog: CatalogPage, cart: CartPage, checkout: CheckoutPage, orders: OrdersPage };

function Shop() {
  const page = usePage();
  const { session } = useSession();
  const { cart } = useCart();
  const Shown = SHOWN[page];
  useEffect(() => void (pending.read() && goTo('checkout')), []);
  return (
    <>
      <a className="skip" href="#main" onClick={(event) => (event.preventDefault(), document.querySelector('h1')?.focus())}>
        Skip to content
      </a>
      <header>
        <div className="bar">
          <a className="brand" href="#/catalog">Storefront</a>
          <nav aria-label="Pages">
            {LINKS.map(([name, title]) => (
              <a key={name} href={`#/${name}`} aria-current={page === name ? 'page' : undefined}>
                {title}
                {name === 'cart' && cart && cart.isEditable && <Count of={cart.lineItems.filter(({ isOrdered }) => !isOrdered).length} />}
              </a>
            ))}
          </nav>
        </div>
      </header>
      <Scenarios />
      <main id="main">
        <Shown key={JSON.stringify(session.customer)} />
      </main>
    </>
  );
}

function Count({ of }: { of: number }) {
  return <span className="count">{of}<span className="hidden"> {of === 1 ? 'line' : 'lines'}</span></span>;
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <ApolloProvider client={client}>
      <SessionProvider>
        <Shop />
      </SessionProvider>
    </ApolloProvider>
  </StrictMode>,
);
