/** What a client's cache has to get right, whichever client it is. */

import type {
  CartCheck,
  CartLineItemInput,
  CartReferenceInput,
  UpdateCartLineItemsInput,
} from './generated/graphql.js';

const CONTOSO = '28089560-09e9-4305-9944-5fb2b1a786e5';
const FABRIKAM = '9d087156-a5f7-46c4-b55a-9a0f889b594a';
const ALPINE_SKI_HOUSE = '8e9d2fba-176a-4bc1-90fe-27f5c6864792';
const DEMO_CART = { customerTenantId: CONTOSO, cartId: '29982361-779a-41ea-991a-6ee4c320e033' };

/** An amount: digits in a string, which no calculation takes for a number. */
type Decimal = `${number}`;

/** What the tour looks at of a cart page. */
export interface Page {
  id: string;
  version: string;
  expiresAt: string | null;
  customer: { companyName: string | null } | null;
  lineItems: readonly { id: string; quantity: number | null; pricing: { extendedPrice: Decimal | null } | null }[];
  totals: readonly { firstPeriods: Decimal | null; wholeTerms: Decimal }[];
  problems: readonly { code: string }[] | null;
}

/** The client at work. What it has in its cache, it reads from there. */
export interface Shop {
  /** The id of a new cart. */
  start(tenantId: string, lineItems: CartLineItemInput[]): Promise<string>;
  page(variables: { cart: CartReferenceInput; checks?: CartCheck[] }): Promise<Page>;
  /** Why the change was refused; empty when it was made. */
  change(input: UpdateCartLineItemsInput): Promise<readonly { code: string; message: string }[]>;
  /** Those subscriptions of a customer that were read so far. With a cursor, those after it are read first. */
  subscriptions(tenantId: string, after?: string | null): Promise<Subscriptions>;
}

export interface Subscriptions {
  totalCount: number | null;
  nodes: readonly { id: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

let requests = 0;
const send = globalThis.fetch;
globalThis.fetch = (...request) => {
  requests += 1;
  return send(...request);
};

console.warn = console.error = (...warning) => check(`No warning: ${warning.join(' ')}`, false);

/** Prints a claim, and makes the program fail when it does not hold. */
function check(claim: string, holds: boolean): void {
  console.log(`${holds ? 'yes' : 'NO '} ${claim}`);
  if (!holds) process.exitCode = 1;
}

/** What the work gives, checked to have taken that number of requests. */
async function taking<Result>(expected: 0 | 1, claim: string, work: () => Promise<Result>): Promise<Result> {
  const before = requests;
  const result = await work();
  check(`${claim}: ${expected === 1 ? 'one request' : 'no request'}`, requests - before === expected);
  return result;
}

export async function tour(shop: Shop): Promise<void> {
  const mine = await shop.start(CONTOSO, [seats(5), seats(6)]);
  const other = await shop.start(FABRIKAM, [seats(7)]);
  await twoCarts(shop, mine, other);
  await oneCartTwice(shop);
  await aChange(shop, mine, other);
  await aConflict(shop, mine);
  await aMistake(shop, other);
  await pages(shop);
}

async function twoCarts(shop: Shop, mine: string, other: string): Promise<void> {
  const page = await taking(0, 'A new cart has its page', () => shop.page({ cart: { id: mine } }));
  const another = await taking(0, "So has another customer's", () => shop.page({ cart: { id: other } }));
  check(`They have their own lines, ${quantities(page)} and ${quantities(another)}`, quantities(another) === '7');
  check('They have their own customers', page.customer?.companyName !== another.customer?.companyName);
  const prices = page.lineItems.map(({ pricing }) => money(pricing?.extendedPrice ?? null));
  check(`Each line has its own pricing, ${prices.join(' and ')}`, new Set(prices).size === 2);
  check(`${page.expiresAt} is a date for JavaScript`, Date.parse(present(page.expiresAt)) > 0);
}

async function oneCartTwice(shop: Shop): Promise<void> {
  const read = () => shop.page({ cart: { partnerCenter: DEMO_CART } });
  const { id } = await taking(1, "A cart is read by Partner Center's identifiers", read);
  await taking(0, 'It can be had by its own id as well', () => shop.page({ cart: { id } }));
  await taking(1, 'Other checks are read apart', () => shop.page({ cart: { id }, checks: ['LINE_ITEMS'] }));
}

async function aChange(shop: Shop, mine: string, other: string): Promise<void> {
  const shown = await shop.page({ cart: { id: mine } });
  const lineItems = [{ id: present(shown.lineItems[0]).id, quantity: 10 }];
  const input = { cartId: mine, expectedVersion: shown.version, lineItems };
  const refusals = await taking(1, 'A line is changed', () => shop.change(input));
  check('Nothing was refused', refusals.length === 0);
  const page = await taking(0, 'The page has followed', () => shop.page({ cart: { id: mine } }));
  check(`It shows ${quantities(page)}`, quantities(page) === '10, 6' && page.version !== shown.version);
  check(`It shows ${total(page)} after ${total(shown)}`, total(page) === '$768.00, at first $64.00');
  const another = await taking(0, 'The other page is as it was', () => shop.page({ cart: { id: other } }));
  check(`It shows ${quantities(another)}`, quantities(another) === '7');
}

/** A refusal for an outdated version shows the present cart, which the page then shows too. */
async function aConflict(shop: Shop, mine: string): Promise<void> {
  const { version, lineItems } = await shop.page({ cart: { id: mine } });
  const { id } = present(lineItems[0]);
  await elsewhere({ cartId: mine, lineItems: [{ id, quantity: 12 }] });
  const late = { cartId: mine, expectedVersion: version, lineItems: [{ id, quantity: 11 }] };
  const refusals = await taking(1, 'A change comes too late', () => shop.change(late));
  check(`The refusal is ${refusals[0]?.code}`, refusals[0]?.code === 'CART_VERSION_CONFLICT');
  const page = await taking(0, 'The page has followed', () => shop.page({ cart: { id: mine } }));
  check(`It shows ${quantities(page)}`, quantities(page) === '12, 6');
}

/** A line with an error has no price: the cart gets a problem and loses its total, until the line is mended. */
async function aMistake(shop: Shop, other: string): Promise<void> {
  const { id } = present((await shop.page({ cart: { id: other } })).lineItems[0]);
  const refusals = await shop.change({ cartId: other, lineItems: [{ id, quantity: 900 }] });
  check('A line may have an error', refusals.length === 0);
  const faulty = await taking(0, 'The page has followed', () => shop.page({ cart: { id: other } }));
  check(`It shows ${problems(faulty)}, and no total`, problems(faulty) === 'LINE_ITEM_ERROR' && total(faulty) === '');
  await shop.change({ cartId: other, lineItems: [{ id, quantity: 7 }] });
  const mended = await taking(0, 'So it has when the line is mended', () => shop.page({ cart: { id: other } }));
  check(`It shows ${total(mended)}, and no problem`, problems(mended) === '' && total(mended) !== '');
}

async function pages(shop: Shop): Promise<void> {
  let list = await shop.subscriptions(ALPINE_SKI_HOUSE);
  while (list.pageInfo.hasNextPage) {
    const { endCursor } = list.pageInfo;
    list = await taking(1, 'A page is added', () => shop.subscriptions(ALPINE_SKI_HOUSE, endCursor));
  }
  const { nodes, totalCount } = await taking(0, 'All are one list', () => shop.subscriptions(ALPINE_SKI_HOUSE));
  const ids = new Set(nodes.map(({ id }) => id));
  check(`It has ${totalCount}, each once`, ids.size === totalCount && nodes.length === totalCount);
  const another = await taking(1, 'Another customer has another', () => shop.subscriptions(CONTOSO));
  check('They share nothing', another.nodes.every(({ id }) => !ids.has(id)));
}

/** A change past the cache, as somebody else would make it. */
async function elsewhere(input: UpdateCartLineItemsInput): Promise<void> {
  const mutation = 'updateCartLineItems(input: $input) { errors { code } }';
  const query = `mutation ($input: UpdateCartLineItemsInput!) { ${mutation} }`;
  const body = JSON.stringify({ query, variables: { input } });
  await send(address(), { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

export function address(): string {
  return process.argv[2] ?? 'http://127.0.0.1:8000/graphql';
}

/** The value, which the tour cannot go on without. */
export function present<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('The answer lacks what the tour needs.');
  return value;
}

function seats(quantity: number): CartLineItemInput {
  return { catalogItemId: 'CFQ7TTC0LH18:0001:CFQ7TTC0K971', quantity, termDuration: 'P1Y', billingCycle: 'MONTHLY' };
}

function quantities(page: Page): string {
  return page.lineItems.map((line) => line.quantity).join(', ');
}

function problems(page: Page): string {
  return present(page.problems).map(({ code }) => code).join();
}

function total(page: Page): string {
  return page.totals.map((each) => `${money(each.wholeTerms)}, at first ${money(each.firstPeriods)}`).join();
}

/** Formatted from its digits: a number would round it. */
function money(amount: Decimal | null): string {
  if (amount === null) return 'no price';
  return new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }).format(amount);
}
