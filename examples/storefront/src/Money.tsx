/** Prices and sums, per period and per term: monthly and yearly money are never added up unseen. */

import type { Cart, Line } from './cart';
import { billed, count, lineName, money, per, term } from './format';

type Pricing = Omit<NonNullable<Line['pricing']>, 'price'>;

export function Price({ pricing, cycle }: { pricing: Pricing | null | undefined; cycle: string | null }) {
  if (!pricing) return <p className="muted">No price yet</p>;
  const { perPeriod, extendedPrice, billingPeriods, currencyCode } = pricing;
  return (
    <>
      <p><strong>{money(perPeriod ?? extendedPrice, currencyCode)}</strong> <small>{perPeriod && per(cycle)}</small></p>
      {billingPeriods !== 1 && <p className="muted">{money(extendedPrice, currencyCode)} for the whole term</p>}
    </>
  );
}

type Item = Parameters<typeof lineName>[0] & Pick<Line, 'quantity' | 'termDuration'> & { pricing?: Pricing | null };

/** What is ordered. Of an order, each line has its term; of a cart its price. */
export function Items({ lines }: { lines: Item[] }) {
  return (
    <ul className="items">
      {lines.map((line, at) => (
        <li key={at}>
          <span>{line.quantity} × {lineName(line)}</span>
          {line.pricing && <span>{money(line.pricing.extendedPrice, line.pricing.currencyCode)}</span>}
          {!line.pricing && line.termDuration && <span className="muted">{term(line.termDuration)}</span>}
        </li>
      ))}
    </ul>
  );
}

export function Totals({ totals, unpriced }: { totals: Cart['totals']; unpriced: number }) {
  return (
    <>
      {totals.map(({ currencyCode, firstPeriods, wholeTerms, terms }) => (
        <dl key={currencyCode} className="totals">
          {terms.map(({ billingCycle, termDuration, perPeriod, wholeTerm, lineItemCount }) => (
            <div key={`${termDuration} ${billingCycle}`}>
              <dt>{billed(termDuration, billingCycle)}<small>{count(lineItemCount, 'line')}</small></dt>
              <dd>{money(perPeriod ?? wholeTerm, currencyCode)} {perPeriod && <small>{per(billingCycle)}</small>}</dd>
            </div>
          ))}
          {firstPeriods && firstPeriods !== wholeTerms && (
            <div><dt>First bill</dt><dd>{money(firstPeriods, currencyCode)}</dd></div>
          )}
          <div className="sum">
            <dt>Total of all terms<small>before tax</small></dt><dd>{money(wholeTerms, currencyCode)}</dd>
          </div>
        </dl>
      ))}
      {unpriced > 0 && <p className="muted">Without a price yet, and not in the total: {count(unpriced, 'line')}.</p>}
    </>
  );
}
