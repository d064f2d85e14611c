/** Money, terms and dates in words. Amounts stay strings of digits from the gateway to Intl, so nothing is rounded. */

import type { Line } from './cart';

type Maybe<T> = T | null | undefined;

export function money(amount: Maybe<`${number}`>, currency: Maybe<string>): string {
  if (amount == null) return '–';
  const style = currency ? ({ style: 'currency', currency } as const) : {};
  return new Intl.NumberFormat(undefined, { ...style, maximumFractionDigits: 6 }).format(amount);
}

const UNITS: Record<string, string> = { D: 'day', M: 'month', Y: 'year' };

/** "1 year" for P1Y. */
export function term(duration: string): string {
  const [, number, unit] = /^P(\d+)([DMY])$/.exec(duration) ?? [];
  return number && unit ? count(Number(number), UNITS[unit]!) : duration;
}

const CYCLES: Partial<Record<string, { billed: string; per: string }>> = {
  MONTHLY: { billed: 'billed monthly', per: 'per month' },
  ANNUAL: { billed: 'billed yearly', per: 'per year' },
  BIENNIAL: { billed: 'billed every two years', per: 'per two years' },
  TRIENNIAL: { billed: 'billed every three years', per: 'per three years' },
  ONE_TIME: { billed: 'billed once', per: 'once' },
  NONE: { billed: 'free of charge', per: '' },
};

/** "1 year, billed monthly" */
export function billed(duration: Maybe<string>, cycle: Maybe<string>): string {
  return sentence(listed(duration && term(duration), cycle && CYCLES[cycle]?.billed)) || 'As used';
}

export function per(cycle: Maybe<string>): string {
  return (cycle && CYCLES[cycle]?.per) ?? 'per period';
}

export function time(instant: Maybe<string>): string {
  if (!instant) return '–';
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant));
}

/** "5% off" for "0.05". */
export function discount(share: Maybe<`${number}`>): string {
  const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 2 });
  return share ? `${percent.format(share)} off` : '';
}

/** "2 lines" */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** What there is of the parts, with commas between. */
export function listed(...parts: Maybe<string | false>[]): string {
  return parts.filter(Boolean).join(', ');
}

export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

type Named = Partial<Pick<Line, 'friendlyName' | 'catalogItemId'>> & { product: { title: string | null } | null };

/** What a line is called: by the partner, or else by the catalog. */
export function lineName({ friendlyName, product, catalogItemId }: Named): string {
  return friendlyName ?? product?.title ?? catalogItemId ?? 'An item that is not sold any more';
}
