import '@fontsource-variable/inter';
import './style.css';

import { ApolloProvider, useReactiveVar } from '@apollo/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { useCart } from './cart';
import { CartPage } from './CartPage';
import { CatalogPage } from './CatalogPage';
import { CheckoutPage } from './CheckoutPage';
import { client } from './gateway';
import { OrdersPage } from './OrdersPage';
import { Scenarios } from './Scenarios';
import { address, pending } from './session';

const LINKS = { '#/catalog': 'Catalog', '#/cart': 'Cart', '#/orders': 'Orders' };
const PAGES = new Map([['#/cart', CartPage], ['#/checkout', CheckoutPage], ['#/orders', OrdersPage]]);

function Shop() {
  const shown = useReactiveVar(address);
  const { cart } = useCart();
  const Page = PAGES.get(shown) ?? CatalogPage;
  const count = cart?.isEditable ? cart.lineItems.filter(({ isOrdered }) => !isOrdered).length : 0;
  return (
    <>
      <header className="bar">
        <a className="brand" href="#/catalog">Storefront</a>
        <nav aria-label="Pages">
          {Object.entries(LINKS).map(([link, title]) => (
            <a key={link} href={link} aria-current={shown === link ? 'page' : undefined}>
              {title}
              {title === 'Cart' && count > 0 && <span className="count">{count}</span>}
            </a>
          ))}
        </nav>
      </header>
      <Scenarios />
      <main><Page /></main>
    </>
  );
}

if (pending.read()) window.location.hash = '#/checkout';
else if (!window.location.hash) window.location.hash = '#/catalog';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <ApolloProvider client={client}><Shop /></ApolloProvider>
  </StrictMode>,
);
