/** Finds products, prices what is chosen, and puts it into the cart. */

import { useQuery } from '@apollo/client/react';
import { useRef, useState } from 'react';

import { useAdd, useCart, type Result } from './cart';
import { lineErrorWords } from './errors';
import { billed, money, per } from './format';
import { FindProductsDocument, type BillingCycleType, type CartLineItemInput, type FindProductsQuery } from './generated/graphql';
import { keyOf, usePrices, type Priced } from './prices';
import { Empty, Heading, More, Notice, Skeleton, TroubleNotice, useTrouble } from './ui';

type Product = NonNullable<FindProductsQuery['products']>['nodes'][number];

/** One way to buy a product: a SKU for a term, billed in a cycle. */
interface Offer {
  sku: string;
  minimum: number;
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
  const search = (form: HTMLFormElement) => setWords(String(new FormData(form).get('words')));

  return (
    <>
      <Heading>Catalog</Heading>
      <search>
        <form className="search" onSubmit={(event) => (event.preventDefault(), search(event.currentTarget))}>
          <label className="hidden" htmlFor="words">Search the catalog</label>
          <input id="words" name="words" type="search" placeholder="Microsoft 365, Windows Server, …" autoComplete="off" />
          <button type="submit" className="main">Search</button>
        </form>
      </search>
      {trouble && <TroubleNotice trouble={trouble} retry={() => void refetch()} auto />}
      {found && <p className="muted" role="status">{found.totalCount} {found.totalCount === 1 ? 'product' : 'products'}{words && ` for “${words}”`}</p>}
      {loading && !found && <Skeleton rows={4} what="products" />}
      {found?.totalCount === 0 && <Empty title="Nothing found"><p>Try fewer or other words, such as “business”.</p></Empty>}
      <ul className="products">
        {shown.map(({ product, offers, choice }) => (
          <ProductCard
            key={product.id} product={product} offers={offers} choice={choice} priced={prices.get(keyOf(lineOf(choice)))}
            choose={(next) => setChoices((all) => ({ ...all, [product.id]: next }))}
          />
        ))}
      </ul>
      {found && <More page={found.pageInfo} loading={loading} load={(after) => void fetchMore({ variables: { after } })} />}
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
  const take = (offer: Offer) => choose({ offer, quantity: Math.max(choice.quantity, offer.minimum) });

  async function submit() {
    const answer = await add([lineOf(choice)], (key.current ??= crypto.randomUUID()));
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
      <form className="choice" onSubmit={(event) => (event.preventDefault(), void submit())} aria-label={product.title ?? 'Product'}>
        {skus.length > 1 && (
          <label className="wide">
            Edition
            <select value={choice.offer.sku} onChange={(event) => take(offers.find(({ sku }) => sku === event.target.value)!)}>
              {skus.map((sku) => <option key={sku}>{sku}</option>)}
            </select>
          </label>
        )}
        <label>
          Term
          <select value={terms.indexOf(choice.offer)} onChange={(event) => take(terms[Number(event.target.value)]!)}>
            {terms.map(({ line }, at) => <option key={at} value={at}>{billed(line.termDuration, line.billingCycle) || 'As used'}</option>)}
          </select>
        </label>
        <label>
          Quantity
          <input
            type="number" required min={choice.offer.minimum} value={choice.quantity || ''}
            onChange={(event) => choose({ ...choice, quantity: event.target.valueAsNumber || 0 })}
          />
        </label>
        <Price priced={priced} cycle={choice.offer.line.billingCycle} />
        <button type="submit" className="main" disabled={busy}>{busy ? 'Adding …' : 'Add to cart'}</button>
      </form>
      {result && <Added result={result} retry={() => void submit()} />}
    </li>
  );
}

function Price({ priced, cycle }: { priced: Priced | undefined; cycle: BillingCycleType }) {
  if (!priced) return <p className="price muted">Pricing …</p>;
  if (priced.error) return <p className="price faulty">{lineErrorWords(priced.error.code)}</p>;
  if (!priced.pricing) return <p className="price muted">Priced in the cart</p>;
  const { perPeriod, extendedPrice, currencyCode, billingPeriods } = priced.pricing;
  return (
    <p className="price">
      <strong>{money(perPeriod ?? extendedPrice, currencyCode)}</strong> {perPeriod && per(cycle)}
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
  return (product.skus ?? []).flatMap(({ id, title, minimumQuantity, availabilities }) =>
    (availabilities ?? []).flatMap(({ catalogItemId, terms }) =>
      terms.flatMap(({ duration, billingCycle }) => {
        if (!billingCycle || billingCycle === 'UNKNOWN' || billingCycle === '%future added value') return [];
        return [{ sku: title ?? id, minimum: minimumQuantity ?? 1, line: { catalogItemId, termDuration: duration, billingCycle } }];
      }),
    ),
  );
}

function lineOf({ offer, quantity }: Choice): CartLineItemInput {
  return { ...offer.line, quantity };
}
