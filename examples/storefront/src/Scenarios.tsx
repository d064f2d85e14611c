/** The menu of the sandbox's scenarios. In front of a real Partner Center there are none, and no menu. */

import { useEffect, useState } from 'react';

import { sentence } from './format';
import { beginAnew, DEMO } from './session';

interface Answer {
  current: string | null;
  scenarios: { name: string; summary: string; customerTenantId: string; cartId: string | null }[];
}

export function Scenarios() {
  const [answer, setAnswer] = useState<Answer | null>(null);
  useEffect(() => void ask().then(setAnswer), []);
  if (!answer) return null;
  const { current, scenarios } = answer;

  /** Begins the sandbox anew, in the scenario or as it comes, and opens the customer's cart there. */
  async function choose(name: string | null) {
    if (!(await ask({ method: 'POST', body: JSON.stringify({ name }) }))) return;
    const { customerTenantId, cartId } = scenarios.find((each) => each.name === name) ?? DEMO;
    const cart = cartId ? { partnerCenter: { customerTenantId, cartId } } : null;
    beginAnew({ customer: { tenantId: customerTenantId }, cart });
  }

  const summary = scenarios.find(({ name }) => name === current)?.summary;
  return (
    <aside className="sandbox bar" aria-label="Sandbox">
      <label htmlFor="scenario">Try a scenario</label>
      <select id="scenario" value={current ?? ''} onChange={(event) => void choose(event.target.value || null)}>
        <option value="">As it comes</option>
        {scenarios.map(({ name }) => <option key={name} value={name}>{sentence(name.replaceAll('-', ' '))}</option>)}
      </select>
      {summary && <p className="muted">{sentence(summary)}.</p>}
    </aside>
  );
}

async function ask(init: RequestInit = {}): Promise<Answer | null> {
  const answer = await fetch('/_sandbox/scenario', { ...init, headers: { 'Content-Type': 'application/json' } });
  return answer.ok ? ((await answer.json()) as Answer) : null;
}
