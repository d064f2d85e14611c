/** The menu of the sandbox's scenarios. In front of a real Partner Center there are none, and no menu. */

import { useApolloClient } from '@apollo/client/react';
import { useEffect, useState } from 'react';

import { goTo, pending, useSession } from './session';

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
  const { open } = useSession();
  const client = useApolloClient();

  useEffect(() => void ask().then((answer) => answer && setAnswer(answer)), []);

  async function choose(name: string) {
    const answer = await ask({ method: 'POST', body: JSON.stringify({ name }) });
    const chosen = scenarios.find((scenario) => scenario.name === name);
    if (!answer || !chosen) return;
    setAnswer({ current: name, scenarios });
    pending.write(null);
    await client.clearStore();
    const { customerTenantId, cartId } = chosen;
    open({
      customer: { tenantId: customerTenantId },
      cart: cartId ? { partnerCenter: { customerTenantId, cartId } } : null,
    });
    goTo(cartId ? 'cart' : 'catalog');
  }

  if (scenarios.length === 0) return null;
  return (
    <div className="scenarios">
      <label htmlFor="scenario">Scenario</label>
      <select id="scenario" value={current ?? ''} onChange={(event) => void choose(event.target.value)} aria-describedby="summary">
        <option value="" disabled>Choose …</option>
        {scenarios.map(({ name }) => <option key={name} value={name}>{name.replaceAll('-', ' ')}</option>)}
      </select>
      <p id="summary">{scenarios.find(({ name }) => name === current)?.summary}</p>
    </div>
  );
}

async function ask(init: RequestInit = {}): Promise<Answer | null> {
  const answer = await fetch(PATH, { ...init, headers: { 'Content-Type': 'application/json' } });
  return answer.ok ? ((await answer.json()) as Answer) : null;
}
