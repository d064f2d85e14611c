/** Finds products, prices what is chosen, and puts it into the cart. */

import { useMutation, useQuery, useReactiveVar } from '@apollo/client/react';
import { useEffect, useRef, useState, type FormEvent } from 'react';

import { useAdd, useCart, type Result } from './cart';
import { problemWords } from './errors';
import { billed, count } from './format';
import { FindProductsDocument, PreviewCartDocument } from './generated/graphql';
import type { CartLineItemInput, FindProductsQuery } from './generated/graphql';
import { Price } from './Money';
import { session } from './session';
import { Heading, More, Notice, QueryState, ResultNotice } from './ui';

type Product = NonNullable<FindProductsQuery['products']>['nodes'][number];

export function CatalogPage() {
  const [query, setQuery] = useState('');
  const { cart } = useCart();
  const country = cart?.customer?.country;
  const { data, previousData, fetchMore, ...state } = useQuery(FindProductsDocument, {
    variables: { query, ...(country && { country }) },
  });
  const found = (data ?? previousData)?.products; // what was found stays until the next answer
  const status = data ? count(found?.totalCount ?? 0, 'product') + (query && ` for “${query}”`) : 'Searching …';

  function search(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setQuery(String(new FormData(event.currentTarget).get('words')));
  }

  return (
    <>
      <Heading>Catalog</Heading>
      <form role="search" onSubmit={search}>
        <label className="hidden" htmlFor="words">Search the catalog</label>
        <input id="words" name="words" type="search" placeholder="Microsoft 365, Windows Server, …" />
        <button type="submit" className="main">Search</button>
      </form>
      <QueryState query={state} shown={Boolean(found)} what="products" />
      {found && <p className="muted" role="status">{status}</p>}
      <ul className="lines" inert={!data}>
        {found?.nodes.filter((product) => offersOf(product).length > 0).map((product) => (
          <ProductCard key={product.id} product={product} offers={offersOf(product)} />
        ))}
      </ul>
      {found && <More page={found.pageInfo} load={fetchMore} />}
    </>
  );
}

/** One way to buy a product: a SKU for a term, billed in a cycle. */
type Offer = { sku: string; minimum: number; line: Omit<CartLineItemInput, 'quantity'> };

function ProductCard({ product, offers }: { product: Product; offers: Offer[] }) {
  const [{ sku, minimum, line }, setOffer] = useState(offers[0]!);
  const [wanted, setWanted] = useState(1);
  const quantity = wanted && Math.max(wanted, minimum); // 0 while the field is empty
  const { add, busy } = useAdd();
  const [result, setResult] = useState<Result | null>(null);
  const key = useRef<string>(null); // of this intention, until it is answered
  const chosen = { ...line, quantity };
  const several = offers.some((offer) => offer.sku !== sku);

  async function submit() {
    const answer = await add([chosen], (key.current ??= crypto.randomUUID()));
    if (!answer.trouble) key.current = null;
    setResult(answer);
  }

  return (
    <li className="card product">
      <div>
        <h2>{product.title}</h2>
        <p className="muted">{product.publisherName}</p>
        <p className="description">{product.description}</p>
      </div>
      <form className="choice" onSubmit={(event) => (event.preventDefault(), void submit())}>
        <label className="wide">
          {several ? 'Term and edition' : 'Term'}
          <select onChange={(event) => setOffer(offers[Number(event.target.value)]!)}>
            {offers.map((offer, at) => (
              <option key={at} value={at}>
                {billed(offer.line.termDuration, offer.line.billingCycle)}{several && ` · ${offer.sku}`}
              </option>
            ))}
          </select>
        </label>
        <PriceOf line={chosen} />
        <label>
          Quantity
          <input
            type="number" required min={minimum} value={quantity || ''}
            onChange={(event) => setWanted(event.target.valueAsNumber || 0)}
          />
        </label>
        <button type="submit" className="main" disabled={busy}>{busy ? 'Adding …' : 'Add to cart'}</button>
      </form>
      {result && <ResultNotice result={result} retry={() => void submit()} />}
      {result && !result.trouble && (
        <Notice tone="good" title="Added to the cart."><a href="#/cart">Open the cart</a></Notice>
      )}
    </li>
  );
}

/** What a line would cost, before there is a cart; while the buyer types, nothing is asked. */
function PriceOf({ line }: { line: CartLineItemInput }) {
  const { customer } = useReactiveVar(session);
  const [preview, { data, called, loading, reset }] = useMutation(PreviewCartDocument);
  useEffect(() => {
    reset();
    if (!line.quantity) return;
    const timer = setTimeout(() => void preview({ variables: { input: { customer, lineItems: [line] } } }), 350);
    return () => clearTimeout(timer);
  }, [JSON.stringify(line)]);
  const priced = data?.previewCart?.preview?.lineItems[0];
  return (
    <div className="price">
      {(loading || !called) && <p className="muted">Pricing …</p>}
      {called && !loading && <Price pricing={priced?.pricing} cycle={line.billingCycle} />}
      {priced?.error && <p className="bad">{problemWords(priced.error.code)[0]}</p>}
    </div>
  );
}

function offersOf({ skus }: Product): Offer[] {
  return (skus ?? []).flatMap(({ id, title, minimumQuantity, availabilities }) =>
    (availabilities ?? []).flatMap(({ catalogItemId, terms }) =>
      terms.flatMap(({ duration, billingCycle }) => {
        if (!billingCycle || billingCycle === 'UNKNOWN' || billingCycle === '%future added value') return [];
        const line = { catalogItemId, termDuration: duration, billingCycle };
        return [{ sku: title ?? id, minimum: minimumQuantity ?? 1, line }];
      }),
    ),
  );
}
