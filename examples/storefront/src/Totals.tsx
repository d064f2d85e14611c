/** Sums by currency, and within one by billing cycle and term: monthly and yearly money are never added up unseen. */

import type { Cart } from './cart';
import { billed, money, per } from './format';

export function Totals({ totals, unpriced }: { totals: Cart['totals']; unpriced: number }) {
  return (
    <>
      {totals.map(({ currencyCode, firstPeriods, wholeTerms, terms }) => (
        <dl key={currencyCode} className="totals">
          {terms.map(({ billingCycle, termDuration, perPeriod, wholeTerm, lineItemCount }) => (
            <div key={`${termDuration} ${billingCycle}`}>
              <dt>
                {billed(termDuration, billingCycle) || 'As used'}
                <small>{lineItemCount} {lineItemCount === 1 ? 'line' : 'lines'}</small>
              </dt>
              <dd>
                {perPeriod ? <>{money(perPeriod, currencyCode)} <small>{per(billingCycle)}</small></> : money(wholeTerm, currencyCode)}
              </dd>
            </div>
          ))}
          {firstPeriods && firstPeriods !== wholeTerms && (
            <div className="rule"><dt>First bill</dt><dd>{money(firstPeriods, currencyCode)}</dd></div>
          )}
          <div className="sum"><dt>Total of all terms<small>before tax</small></dt><dd>{money(wholeTerms, currencyCode)}</dd></div>
        </dl>
      ))}
      {unpriced > 0 && <p className="muted">Without a price yet, and not part of the total: {unpriced} {unpriced === 1 ? 'line' : 'lines'}.</p>}
    </>
  );
}
