/** Money, terms and dates in words. Amounts stay strings of digits from the gateway to Intl, so nothing is rounded. */

import type { BillingCycleType } from './generated/graphql';

type Maybe<T> = T | null | undefined;

export function money(amount: Maybe<`${number}`>, currency: Maybe<string>): string {
  if (amount == null) return '–';
  const style = currency ? ({ style: 'currency', currency } as const) : {};
  return new Intl.NumberFormat(undefined, { ...style, maximumFractionDigits: 6 }).format(amount);
}

const UNITS = { D: 'day', M: 'month', Y: 'year' } as const;

/** "1 year" for P1Y. */
export function term(duration: Maybe<string>): string {
  const [, count, unit] = /^P(\d+)([DMY])$/.exec(duration ?? '') ?? [];
  if (!count || !unit) return duration ?? 'No term';
  const options = { style: 'unit', unit: UNITS[unit as keyof typeof UNITS], unitDisplay: 'long' } as const;
  return new Intl.NumberFormat('en', options).format(Number(count));
}

const BILLED: Partial<Record<BillingCycleType, string>> = {
  MONTHLY: 'billed monthly',
  ANNUAL: 'billed yearly',
  BIENNIAL: 'billed every two years',
  TRIENNIAL: 'billed every three years',
  ONE_TIME: 'billed once',
  NONE: 'free of charge',
};
const PER: Partial<Record<BillingCycleType, string>> = {
  MONTHLY: 'per month',
  ANNUAL: 'per year',
  BIENNIAL: 'per two years',
  TRIENNIAL: 'per three years',
  ONE_TIME: 'once',
};

export function billed(duration: Maybe<string>, cycle: Maybe<BillingCycleType>): string {
  const words = [duration ? term(duration) : null, cycle ? BILLED[cycle] : null].filter(Boolean).join(', ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function per(cycle: Maybe<BillingCycleType>): string {
  return (cycle && PER[cycle]) ?? 'per period';
}

export function time(instant: Maybe<string>): string {
  return instant
    ? new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant))
    : '–';
}

/** "5 %" for "0.05", without a float. */
export function percent(share: Maybe<`${number}`>): string {
  return share == null ? '' : new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 2 }).format(share);
}

/** What a line is called: by the partner, or else by the catalog. */
export function lineName(line: {
  friendlyName: string | null;
  product?: { title: string | null } | null;
  catalogItemId?: string | null;
}): string {
  return line.friendlyName ?? line.product?.title ?? line.catalogItemId ?? 'An item that is not sold any more';
}
