// A panel that puts the sandbox into a scenario, and opens a tab with the operation that shows it.
import { Button, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useState } from 'react';
import { given } from './given';

// Where page.css shows a panel in place of the editors.
const IN_PLACE_OF_EDITORS = '(max-width: 800px)';

function ScenariosIcon(props) {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" {...props}>
      <path d="M9 3h6M10 3v6L4.5 19.5A1 1 0 0 0 5.4 21h13.2a1 1 0 0 0 .9-1.5L14 9V3" />
      <path d="M7.5 14.5h9" />
    </svg>
  );
}

async function start(name) {
  const response = await fetch(new URL('_sandbox/scenario', window.location), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  if (!response.ok) throw new Error((await response.text()) || `The sandbox answered ${response.status}.`);
}

function useOpenTab() {
  const { addTab, setVisiblePlugin } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL(({ queryEditor, variableEditor }) => ({
    queryEditor,
    variableEditor,
  }));
  return ({ query, variables }) => {
    addTab();
    queryEditor.setValue(query);
    variableEditor.setValue(variables);
    if (window.matchMedia(IN_PLACE_OF_EDITORS).matches) setVisiblePlugin(null);
  };
}

function Scenarios() {
  const [state, setState] = useState('');
  const openTab = useOpenTab();

  async function choose(scenario) {
    setState('');
    try {
      await start(scenario.name);
      openTab(scenario);
      setState(`${scenario.name}: the sandbox is ready, and a tab is open.`);
    } catch (error) {
      setState(`${scenario.name}: ${error.message}`);
    }
  }

  return (
    <section className="page-panel" aria-labelledby="page-scenarios">
      <h2 id="page-scenarios">Scenarios</h2>
      <p>Each puts the sandbox into a state of its own, and opens a tab with an operation that shows it.</p>
      <p role="status">{state}</p>
      <ul>
        {given.scenarios.map((scenario) => (
          <li key={scenario.name}>
            <h3>{scenario.name}</h3>
            <p>{scenario.summary}</p>
            <Button type="button" aria-label={`Try ${scenario.name}`} onClick={() => choose(scenario)}>
              Try
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export const SCENARIOS = { title: 'Scenarios', icon: ScenariosIcon, content: Scenarios };
