/** Pieces that several pages share. */

import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';

import type { Change, Result } from './cart';
import type { Finding } from './cures';
import { troubleOf, type Trouble } from './errors';

type NoticeProps = { tone: 'good' | 'info' | 'warn' | 'bad'; title: string; still?: true; children: ReactNode };

/** Screen readers say it when it appears; one that is *still* is part of the page, and they read it in its place. */
export function Notice({ tone, title, still, children }: NoticeProps) {
  return (
    <div className={`notice ${tone}`} role={still ? undefined : tone === 'bad' ? 'alert' : 'status'}>
      <p className="notice-title">{title}</p>
      {children}
    </div>
  );
}

type TroubleProps = { trouble: Trouble; retry?: (() => void) | undefined; auto?: boolean };

/** Counts down to the time that the gateway names. Then the buyer may try again; with *auto* the page does. */
export function TroubleNotice({ trouble, retry, auto = false }: TroubleProps) {
  const { title, text, retryable, retryAfter, outcome, correlationId } = trouble;
  const [left, setLeft] = useState<number | null>(null); // seconds
  useEffect(() => setLeft(retryable ? (retryAfter ?? (auto ? 3 : null)) : null), [trouble]);
  useEffect(() => {
    if (left === null) return;
    const tick = () => {
      setLeft(left > 1 ? left - 1 : null);
      if (auto && left <= 1) retry?.();
    };
    const timer = setTimeout(tick, 1000);
    return () => clearTimeout(timer);
  }, [left]);
  return (
    <Notice tone={outcome === 'PLACED' ? 'good' : retryable ? 'warn' : 'bad'} title={title}>
      <p>{text}</p>
      {retry && retryable && (
        <p className="row">
          <button type="button" onClick={retry} disabled={left !== null && !auto}>Try again{auto && ' now'}</button>
          {left !== null && <span className="muted">{auto ? 'Trying again' : 'Possible'} in {left} s</span>}
        </p>
      )}
      {correlationId && <p className="muted">When you ask for help, quote <code>{correlationId}</code></p>}
    </Notice>
  );
}

/** What came of a change, if there is something to say. */
export function ResultNotice({ result: { trouble, notes }, retry }: { result: Result; retry?: () => void }) {
  if (trouble) return <TroubleNotice trouble={trouble} retry={retry} />;
  if (notes.length === 0) return null;
  return (
    <Notice tone="warn" title="Partner Center did not take all of the change">
      {notes.map((note) => <p key={note}>{note}</p>)}
    </Notice>
  );
}

type Query = { loading: boolean; error?: Error | undefined; refetch: () => unknown };

/** Beside its data, a query says that it is under way, or that it has failed, after which it is sent again. */
export function QueryState({ query, shown, what }: { query: Query; shown: boolean; what: string }) {
  const trouble = useMemo(() => query.error && troubleOf(query.error), [query.error]);
  return (
    <>
      {trouble && <TroubleNotice trouble={trouble} retry={() => void query.refetch()} auto />}
      {query.loading && !shown && (
        <div className="card skeleton" role="status"><span className="hidden">Loading {what} …</span></div>
      )}
    </>
  );
}

type FindingsProps = { of: Finding[]; busy?: boolean; press?: (update: Change['update']) => void };

export function Findings({ of, busy, press }: FindingsProps) {
  return of.map(({ tone, title, text, cures }) => (
    <Notice still key={title + text} tone={tone} title={title}>
      <p>{text}</p>
      {press && cures.length > 0 && (
        <p className="row">
          {cures.map(({ label, update }) => (
            <button key={label} type="button" disabled={busy} onClick={() => press(update)}>{label}</button>
          ))}
        </p>
      )}
    </Notice>
  ));
}

/** The heading of a page. It takes the focus when the page opens, so that keyboards and screen readers begin there. */
export function Heading({ children, aside }: { children: string; aside?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} – Storefront`;
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [children]);
  return (
    <div className="page-head">
      <h1 ref={heading} tabIndex={-1}>{children}</h1>
      <p className="muted">{aside}</p>
    </div>
  );
}

type Page = { hasNextPage: boolean; endCursor: string | null };
type Load = (options: { variables: { after: string | null } }) => unknown;

/** The button below a list that has further pages. */
export function More({ page: { hasNextPage, endCursor }, load }: { page: Page; load: Load }) {
  const next = () => void load({ variables: { after: endCursor } });
  return hasNextPage && <button type="button" className="more" onClick={next}>Show more</button>;
}
