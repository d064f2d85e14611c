/** Finds products, prices what is chosen, and puts it into the cart. */

import { useQuery } from '@apollo/client/react';
import { useRef, useState } from 'react';

import { useAdd, useCart, type Result } from './cart';
import { lineErrorWords } from './errors';
import { billed, money, per } from './format';
import { FindProductsDocument, type CartLineItemInput, type FindProductsQuery } from './generated/graphql';
import { keyOf, usePrices, type Priced } from './prices';
import { Empty, Heading, Notice, Skeleton, TroubleNotice, useTrouble } from './ui';

type Product = NonNullable<FindProductsQuery['products']>['nodes'][number];

/** One way to buy a product: what a select offers. */
interface Offer {
  sku: string;
  minimum: number;
  maximum: number | null;
  line: Omit<CartLineItemInput, 'quantity'>;
}

interface Choice {
  offer: Offer;
  quantity: number;
}

export function CatalogPage() {
  const [words, setWords] = useState('');
  const [choices, setChoices] = useState<Record<string, Choice>>({});
  const { cart } = useCart();
  const { data, previousData, error, loading, refetch, fetchMore } = useQuery(FindProductsDocument, {
    variables: { query: words, ...(cart?.customer?.country && { country: cart.customer.country }) },
    notifyOnNetworkStatusChange: true,
  });
  const trouble = useTrouble(error);
  const found = (data ?? previousData)?.products; // what was found stays until the next answer
  const shown = (found?.nodes ?? []).flatMap((product) => {
    const offers = offersOf(product);
    const choice = choices[product.id] ?? (offers[0] && { offer: offers[0], quantity: offers[0].minimum });
    return choice ? [{ product, offers, choice }] : [];
  });
  const prices = usePrices(shown.map(({ choice }) => lineOf(choice)));

  return (
    <>
      <Heading>Catalog</Heading>
      <search>
        <form className="search" onSubmit={(event) => (event.preventDefault(), setWords(String(new FormData(event.currentTarget).get('words'))))}>
          <label className="hidden" htmlFor="words">Search the catalog</label>
          <input id="words" name="words" type="search" placeholder="Microsoft 365, Windows Server, …" autoComplete="off" />
          <button type="submit" className="main">Search</button>
        </form>
      </search>
      {trouble && <TroubleNotice trouble={trouble} retry={() => void refetch()} auto />}
      {found && (
        <p className="muted" role="status">
          {found.totalCount} {found.totalCount === 1 ? 'product' : 'products'}{words && ` for “${words}”`}
        </p>
      )}
      {loading && !found && <Skeleton rows={4} what="products" />}
      {found?.totalCount === 0 && <Empty title="Nothing found"><p>Try fewer or other words, such as “business”.</p></Empty>}
      <ul className="products">
        {shown.map(({ product, offers, choice }) => (
          <ProductCard
            key={product.id}
            product={product}
            offers={offers}
            choice={choice}
            priced={prices.get(keyOf(lineOf(choice)))}
            choose={(next) => setChoices((all) => ({ ...all, [product.id]: next }))}
          />
        ))}
      </ul>
      {found?.pageInfo.hasNextPage && (
        <p className="more">
          <button type="button" disabled={loading} onClick={() => void fetchMore({ variables: { after: found.pageInfo.endCursor } })}>
            {loading ? 'Loading …' : 'Show more'}
          </button>
        </p>
      )}
    </>
  );
}

interface CardProps {
  product: Product;
  offers: Offer[];
  choice: Choice;
  priced: Priced | undefined;
  choose: (choice: Choice) => void;
}

function ProductCard({ product, offers, choice, priced, choose }: CardProps) {
  const { add, busy } = useAdd();
  const [result, setResult] = useState<Result | null>(null);
  const key = useRef<string>(null); // of this intention, until it is answered
  const skus = [...new Set(offers.map(({ sku }) => sku))];
  const terms = offers.filter(({ sku }) => sku === choice.offer.sku);

  function take(offer: Offer) {
    choose({ offer, quantity: Math.max(choice.quantity, offer.minimum) });
  }

  async function submit() {
    const answer = await add([lineOf(choice)], (key.current ??= crypto.randomUUID()));
    if (!answer.trouble) key.current = null;
    setResult(answer);
  }

  return (
    <li className="card product">
      <div className="about">
        <h2>{product.title}</h2>
        {product.publisherName && <p className="muted">{product.publisherName}</p>}
        {product.description && product.description !== product.title && <p className="description">{product.description}</p>}
      </div>
      <form className="choice" onSubmit={(event) => (event.preventDefault(), void submit())} aria-label={product.title ?? 'Product'}>
        {skus.length > 1 && (
          <label className="wide">
            Edition
            <select value={choice.offer.sku} onChange={(event) => take(offers.find(({ sku }) => sku === event.target.value)!)}>
              {skus.map((sku) => <option key={sku}>{sku}</option>)}
            </select>
          </label>
        )}
        <label className="wide">
          Term
          <select value={terms.indexOf(choice.offer)} onChange={(event) => take(terms[Number(event.target.value)]!)}>
            {terms.map(({ line }, index) => <option key={index} value={index}>{billed(line.termDuration, line.billingCycle) || 'As used'}</option>)}
          </select>
        </label>
        <label>
          Quantity
          <input
            type="number"
            required
            min={choice.offer.minimum}
            value={choice.quantity || ''}
            onChange={(event) => choose({ ...choice, quantity: event.target.valueAsNumber || 0 })}
          />
        </label>
        <Price priced={priced} choice={choice} />
        <button type="submit" className="main" disabled={busy}>{busy ? 'Adding …' : 'Add to cart'}</button>
      </form>
      {result && <Added result={result} retry={() => void submit()} />}
    </li>
  );
}

function Price({ priced, choice }: { priced: Priced | undefined; choice: Choice }) {
  if (!priced) return <p className="price"><span className="loading">Pricing …</span></p>;
  if (priced.error) return <p className="price faulty">{lineErrorWords(priced.error.code)}</p>;
  if (!priced.pricing) return <p className="price muted">Priced in the cart</p>;
  const { perPeriod, extendedPrice, currencyCode, billingPeriods } = priced.pricing;
  return (
    <p className="price">
      <strong>{money(perPeriod ?? extendedPrice, currencyCode)}</strong> {perPeriod && per(choice.offer.line.billingCycle)}
      {billingPeriods !== 1 && <span className="muted"> {money(extendedPrice, currencyCode)} in all</span>}
    </p>
  );
}

function Added({ result, retry }: { result: Result; retry: () => void }) {
  if (result.trouble) return <TroubleNotice trouble={result.trouble} retry={retry} />;
  if (result.refusal) return <Notice tone="bad" title={result.refusal.title}><p>{result.refusal.text}</p></Notice>;
  return (
    <Notice tone="good" title="Added to the cart.">
      {result.notes.map((note) => <p key={note}>{note}</p>)}
      <p><a href="#/cart">Open the cart</a></p>
    </Notice>
  );
}

function offersOf(product: Product): Offer[] {
  return (product.skus ?? []).flatMap((sku) =>
    (sku.availabilities ?? []).flatMap((availability) =>
      availability.terms.flatMap(({ duration, billingCycle }) =>
        billingCycle && billingCycle !== 'UNKNOWN' && billingCycle !== '%future added value'
          ? [{
              sku: sku.title ?? sku.id,
              minimum: sku.minimumQuantity ?? 1,
              maximum: sku.maximumQuantity,
              line: { catalogItemId: availability.catalogItemId, termDuration: duration, billingCycle },
            }]
          : [],
      ),
    ),
  );
}

function lineOf({ offer, quantity }: Choice): CartLineItemInput {
  return { ...offer.line, quantity };
}
