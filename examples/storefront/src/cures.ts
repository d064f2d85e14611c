/** What is wrong with a cart or a line, and what would mend it, as changes that a button can send. */

import type { Cart, Change, Line } from './cart';
import { problemWords } from './errors';
import { billed } from './format';
import type { BillingCycleType, PromotionSummaryFragment } from './generated/graphql';

type Problem = NonNullable<Cart['problems']>[number];
type Cure = { label: string; update: Change['update'] };

export interface Finding {
  tone: 'bad' | 'warn' | 'info';
  title: string;
  text: string;
  /** For whoever shows the line. */
  cures: Cure[];
}

const ACCEPTANCE: Cure[] = [{ label: 'Accept the terms', update: { attestationAccepted: true } }];
const REMOVAL: Cure[] = [{ label: 'Remove the line', update: null }];

const CURES: Partial<Record<string, Cure[]>> = {
  ATTESTATION_NOT_ACCEPTED: ACCEPTANCE,
  TERMS_NOT_ACCEPTED: ACCEPTANCE,
  INVALID_PROMOTION_ID: [{ label: 'Go on without the promotion', update: { promotionId: null } }],
  INVENTORY_NOT_AVAILABLE: REMOVAL,
  OUT_OF_STOCK: REMOVAL,
  NOT_FOR_SALE: REMOVAL,
};

/** Of one line: the error that Partner Center set on it, and what a look at the cart found before paying. */
export function lineFindings(cart: Cart, line: Line): Finding[] {
  const problems = (cart.problems ?? []).filter(({ lineItem }) => lineItem?.id === line.id);
  const others = problems.filter(({ code }) => code !== 'LINE_ITEM_ERROR'); // which the line itself says in full
  return [...errorFindings(line), ...others.map((problem) => finding(problem, line))];
}

/** The error names the values that would be accepted. */
function errorFindings({ error, quantity }: Line): Finding[] {
  if (!error) return [];
  const most = error.additionalInformation?.availableQuantity ?? error.acceptedQuantity?.maximum ?? Infinity;
  const better = Math.min(Math.max(quantity ?? 0, error.acceptedQuantity?.minimum ?? 0), most);
  const cures = (error.acceptedTerms ?? []).map((each) => termCure(each.duration, each.billingCycle));
  if (better && better !== quantity) cures.push({ label: `Set to ${better} seats`, update: { quantity: better } });
  const [title] = problemWords(error.code);
  return [{ tone: 'bad', title, text: error.message ?? '', cures: [...cures, ...(CURES[error.code] ?? [])] }];
}

export function finding({ code, severity, message, promotion }: Problem, line?: Line): Finding {
  const [title, cure] = problemWords(code);
  const tone = severity === 'BLOCKER' ? 'bad' : severity === 'RISK' ? 'warn' : 'info';
  const cures = line && promotion ? promotionCures(code, promotion, line) : (CURES[code] ?? []);
  return { tone, title, text: promotion?.name ?? cure ?? message, cures };
}

function promotionCures(code: string, promotion: PromotionSummaryFragment, line: Line): Cure[] {
  const { partnerCenterId } = promotion;
  if (code === 'PROMOTION_NOT_APPLIED') return [{ label: 'Apply it', update: { promotionId: partnerCenterId } }];
  const terms = grantsOf(promotion, line).flatMap(({ term }) => term ?? []);
  return terms.map(({ termDuration, billingCycle }) => termCure(termDuration, billingCycle));
}

function termCure(termDuration: string | null, billingCycle: string | null): Cure {
  const update = { termDuration, billingCycle: billingCycle as BillingCycleType };
  return { label: `Switch to ${billed(termDuration, billingCycle)}`, update };
}

/** What the promotion grants for the item of the line. */
export function grantsOf(promotion: PromotionSummaryFragment | null, { catalogItemId }: Line) {
  const [product, sku] = catalogItemId?.split(':') ?? [];
  const products = promotion?.products ?? [];
  return products.filter(({ productId, skuId }) => productId === product && (!skuId || skuId === sku));
}
