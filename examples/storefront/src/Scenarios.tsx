/** The menu of the sandbox's scenarios. In front of a real Partner Center there are none, and no menu. */

import { useEffect, useState } from 'react';

import { beginAnew, DEMO } from './session';

interface Scenario {
  name: string;
  summary: string;
  customerTenantId: string;
  cartId: string | null;
}

interface Answer {
  current: string | null;
  scenarios: Scenario[];
}

const PATH = '/_sandbox/scenario';

export function Scenarios() {
  const [{ current, scenarios }, setAnswer] = useState<Answer>({ current: null, scenarios: [] });

  useEffect(() => void ask().then((answer) => answer && setAnswer(answer)), []);

  const named = (name: string | null) => scenarios.find((scenario) => scenario.name === name);
  const chosen = named(current);

  /** Begins the sandbox anew, in the scenario or as it comes, and opens the customer's cart there. */
  async function choose(name: string | null) {
    if (!(await ask({ method: 'POST', body: JSON.stringify({ name }) }))) return;
    const { customerTenantId, cartId } = named(name) ?? DEMO;
    beginAnew({ customer: { tenantId: customerTenantId }, cart: cartId ? { partnerCenter: { customerTenantId, cartId } } : null });
  }

  if (scenarios.length === 0) return null;
  return (
    <aside className="sandbox" aria-label="Sandbox">
      <div className="bar">
        <label htmlFor="scenario">Try a scenario</label>
        <select id="scenario" value={current ?? ''} onChange={(event) => void choose(event.target.value || null)}>
          <option value="">As it comes</option>
          {scenarios.map(({ name }) => <option key={name} value={name}>{sentence(name.replaceAll('-', ' '))}</option>)}
        </select>
        {chosen && <p role="status">{sentence(chosen.summary)}.</p>}
      </div>
    </aside>
  );
}

async function ask(init: RequestInit = {}): Promise<Answer | null> {
  const answer = await fetch(PATH, { ...init, headers: { 'Content-Type': 'application/json' } });
  return answer.ok ? ((await answer.json()) as Answer) : null;
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
