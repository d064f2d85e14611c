/** Pieces that several pages share. */

import { useCallback, useEffect, useMemo, useRef, type ReactNode } from 'react';

import { troubleOf, type Trouble } from './errors';
import { useCountdown } from './session';

export type Tone = 'good' | 'info' | 'warn' | 'bad';

interface NoticeProps {
  tone: Tone;
  title: string;
  /** Part of the page, and no news: screen readers read it in its place. Others they say when it appears. */
  still?: boolean;
  children?: ReactNode;
}

export function Notice({ tone, title, still = false, children }: NoticeProps) {
  return (
    <div className={`notice ${tone}`} role={still ? undefined : tone === 'bad' ? 'alert' : 'status'}>
      <p className="notice-title">{title}</p>
      {children}
    </div>
  );
}

/** A request that failed, with what can be done about it. With *auto* it is sent again when the time has come. */
export function TroubleNotice({ trouble, retry, auto = false }: { trouble: Trouble; retry?: () => void; auto?: boolean }) {
  return (
    <Notice tone={trouble.retryable ? 'warn' : 'bad'} title={trouble.title}>
      <p>{trouble.text}</p>
      {retry && trouble.retryable && <Retry after={trouble.retryAfter ?? (auto ? 3 : null)} retry={retry} auto={auto} reason={trouble} />}
      <Quote id={trouble.correlationId} />
    </Notice>
  );
}

/** Waits as long as the gateway asks, then tries again by itself, or lets the buyer. A new *reason* begins the wait anew. */
export function Retry({ after, retry, auto, reason }: { after: number | null; retry: () => void; auto: boolean; reason: unknown }) {
  const act = useRef(retry);
  useEffect(() => void (act.current = retry));
  const done = useCallback(() => void (auto && act.current()), [auto]);
  const left = useCountdown(after, done, reason);
  if (auto && left === null) return <p className="muted">Trying again …</p>;
  return (
    <p className="row">
      <button type="button" onClick={retry} disabled={left !== null && !auto}>Try again{auto && ' now'}</button>
      {left !== null && <span className="muted" role="timer">{auto ? 'Trying again' : 'Possible again'} in {left} s</span>}
    </p>
  );
}

/** The same object until the next failure. */
export function useTrouble(error: Error | undefined): Trouble | null {
  return useMemo(() => (error ? troubleOf(error) : null), [error]);
}

export function Quote({ id }: { id: string | null | undefined }) {
  return id && <p className="quote">When you ask for help, quote <code>{id}</code></p>;
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
      {aside}
    </div>
  );
}

/** Grey shapes of what is being loaded, in its size, so that nothing jumps. */
export function Skeleton({ rows, what }: { rows: number; what: string }) {
  return (
    <div className="skeletons" role="status">
      <span className="hidden">Loading {what} …</span>
      {Array.from({ length: rows }, (_, row) => <div key={row} className="card skeleton" aria-hidden="true" />)}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="empty card">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Tag({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`tag ${tone}`}>{children}</span>;
}

type Page = { hasNextPage: boolean; endCursor: string | null };

/** The button below a list that has further pages. */
export function More({ page, loading, load }: { page: Page; loading: boolean; load: (after: string | null) => void }) {
  if (!page.hasNextPage) return null;
  return (
    <p className="more">
      <button type="button" disabled={loading} onClick={() => load(page.endCursor)}>{loading ? 'Loading …' : 'Show more'}</button>
    </p>
  );
}
