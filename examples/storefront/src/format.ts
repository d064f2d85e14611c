/** Money, terms and dates in words. Amounts stay strings of digits from the gateway to Intl, so nothing is rounded. */

type Maybe<T> = T | null | undefined;

export function money(amount: Maybe<`${number}`>, currency: Maybe<string>): string {
  if (amount == null) return '–';
  const style = currency ? ({ style: 'currency', currency } as const) : {};
  return new Intl.NumberFormat(undefined, { ...style, maximumFractionDigits: 6 }).format(amount);
}

const UNITS: Record<string, string> = { D: 'day', M: 'month', Y: 'year' };

/** "1 year" for P1Y. */
export function term(duration: string): string {
  const [, count, unit] = /^P(\d+)([DMY])$/.exec(duration) ?? [];
  if (!count || !unit) return duration;
  return new Intl.NumberFormat('en', { style: 'unit', unit: UNITS[unit]!, unitDisplay: 'long' }).format(Number(count));
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
  const words = [duration && term(duration), cycle && CYCLES[cycle]?.billed].filter(Boolean).join(', ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function per(cycle: Maybe<string>): string {
  return (cycle && CYCLES[cycle]?.per) ?? 'per period';
}

export function time(instant: Maybe<string>): string {
  if (!instant) return '–';
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant));
}

/** "5 %" for "0.05", without a float. */
export function percent(share: Maybe<`${number}`>): string {
  return share == null ? '' : new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 2 }).format(share);
}

/** What a line is called: by the partner, or else by the catalog. */
export function lineName(line: { friendlyName: string | null; product: { title: string | null } | null; catalogItemId?: string | null }): string {
  return line.friendlyName ?? line.product?.title ?? line.catalogItemId ?? 'An item that is not sold any more';
}
