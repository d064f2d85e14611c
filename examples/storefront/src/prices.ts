/** Prices before there is a cart. One preview answers for all lines that have none yet: it costs one call to Partner Center. */

import { useMutation } from '@apollo/client/react';
import { useEffect, useState } from 'react';

import { PreviewCartDocument, type CartLineItemInput, type PreviewCartMutation } from './generated/graphql';
import { useSession } from './session';

type Preview = NonNullable<NonNullable<PreviewCartMutation['previewCart']>['preview']>;
type PreviewLine = Preview['lineItems'][number];

/** Null where Partner Center gives no price. */
export type Priced = Pick<PreviewLine, 'pricing' | 'error'>;

const UNPRICED: Priced = { pricing: null, error: null };

export function keyOf({ catalogItemId, quantity, termDuration, billingCycle }: CartLineItemInput): string {
  return [catalogItemId, quantity, termDuration, billingCycle].join(' ');
}

/** The prices by keyOf; a line that is missing is still being priced. */
export function usePrices(lines: CartLineItemInput[]): ReadonlyMap<string, Priced> {
  const { session } = useSession();
  const [prices, setPrices] = useState<ReadonlyMap<string, Priced>>(new Map());
  const [preview] = useMutation(PreviewCartDocument);
  const missing = lines.filter((line) => line.quantity > 0 && !prices.has(keyOf(line)));
  const wanted = missing.map(keyOf).join();

  useEffect(() => {
    if (!wanted) return;
    const ask = async () => {
      const input = { customer: session.customer, lineItems: missing };
      const { data } = await preview({ variables: { input } });
      const answered = data?.previewCart?.preview?.lineItems ?? [];
      setPrices((known) => new Map([...known, ...missing.map((line, at) => [keyOf(line), answered[at] ?? UNPRICED] as const)]));
    };
    const timer = setTimeout(() => void ask(), 350); // while the buyer types, nothing is asked
    return () => clearTimeout(timer);
  }, [wanted, session.customer]); // the other values follow from these

  return prices;
}
