/** What would mend a line, as changes that a button can send. */

import type { Cart, Change, Line } from './cart';
import { billed, percent } from './format';
import type { BillingCycleType, CartLineItemUpdateInput } from './generated/graphql';

export type Problem = NonNullable<Cart['problems']>[number];

export interface Cure {
  label: string;
  change: Change;
}

/** The cures of the error that Partner Center set on a line. The error names the values that would be accepted. */
export function errorCures(line: Line): Cure[] {
  const { error } = line;
  if (!error) return [];
  const cures = [
    ...quantityCures(line, error),
    ...(error.acceptedTerms ?? []).map(({ duration, billingCycle }) =>
      mend(line, billed(duration, billingCycle), { termDuration: duration, billingCycle: billingCycle as BillingCycleType })),
  ];
  switch (error.code) {
    case 'INVENTORY_NOT_AVAILABLE':
      return [...cures, removal(line)];
    case 'ATTESTATION_NOT_ACCEPTED':
      return [...cures, mend(line, 'Accept the terms', { attestationAccepted: true })];
    case 'INVALID_PROMOTION_ID':
      return [...cures, mend(line, 'Go on without the promotion', { promotionId: null })];
    case 'INVALID_CUSTOM_TERM_END_DATE':
    case 'INVALID_CUSTOM_TERM_END_DATE_PRODUCT':
      return [...cures, mend(line, 'Use the regular term', { customTermEndDate: null })];
    default:
      return cures;
  }
}

function quantityCures(line: Line, error: NonNullable<Line['error']>): Cure[] {
  const { minimum, maximum } = error.acceptedQuantity ?? {};
  const most = error.additionalInformation?.availableQuantity ?? maximum;
  const quantity = line.quantity ?? 0;
  const [better] = [most && quantity > most ? most : null, minimum && quantity < minimum ? minimum : null].filter((each) => each !== null);
  return better ? [mend(line, `Set to ${better} seats`, { quantity: better })] : [];
}

/** The cures of a problem that a look at the cart found on a line, before paying. */
export function problemCures({ code, promotion }: Problem, line: Line): Cure[] {
  switch (code) {
    case 'TERMS_NOT_ACCEPTED':
      return [mend(line, 'Accept the terms', { attestationAccepted: true })];
    case 'PROMOTION_NOT_APPLIED':
      return promotion ? [mend(line, 'Apply the promotion', { promotionId: promotion.partnerCenterId })] : [];
    case 'PROMOTION_FOR_OTHER_TERM':
      return termsOf(promotion, line).map(({ termDuration, billingCycle }) =>
        mend(line, `Switch to ${billed(termDuration, billingCycle)}`, { termDuration, billingCycle: billingCycle as BillingCycleType }));
    case 'NOT_FOR_SALE':
    case 'OUT_OF_STOCK':
      return [removal(line)];
    default:
      return [];
  }
}

/** "5 % off", for the line's item. */
export function discount(promotion: Line['promotion'], line: Line): string {
  const share = grants(promotion, line).find((each) => each.discount)?.discount;
  return share ? `${percent(share)} off` : '';
}

function termsOf(promotion: Line['promotion'], line: Line) {
  return grants(promotion, line).flatMap(({ term }) => (term?.termDuration && term.billingCycle ? [term] : []));
}

function grants(promotion: Line['promotion'], line: Line) {
  const [productId, skuId] = line.catalogItemId?.split(':') ?? [];
  return (promotion?.products ?? []).filter((each) => each.productId === productId && (!each.skuId || each.skuId === skuId));
}

function mend(line: Line, label: string, values: Omit<CartLineItemUpdateInput, 'id'>): Cure {
  return { label, change: { kind: 'mend', lines: [{ id: line.id, ...values }] } };
}

function removal(line: Line): Cure {
  return { label: 'Remove the line', change: { kind: 'remove', ids: [line.id] } };
}
