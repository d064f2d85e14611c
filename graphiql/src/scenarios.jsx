// A panel that puts the sandbox into a scenario, and opens tabs with its operations.
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
  const [begun, setBegun] = useState(null);
  const openTab = useOpenTab();

  async function choose(scenario) {
    setState('');
    try {
      await start(scenario.name);
      openTab(scenario.tabs[0]);
      setBegun(scenario);
      setState(`${scenario.name}: the sandbox is ready, and ${scenario.tabs[0].name} is open.`);
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
            <p>{scenario.summary}.</p>
            {scenario === begun && <p>{scenario.lookFor}</p>}
            <Button type="button" aria-label={`Try ${scenario.name}`} onClick={() => choose(scenario)}>
              Try
            </Button>
            {scenario === begun &&
              scenario.tabs.slice(1).map((tab) => (
                <Button key={tab.name} type="button" aria-label={`Open ${tab.name}`} onClick={() => openTab(tab)}>
                  {tab.name}
                </Button>
              ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

export const SCENARIOS = { title: 'Scenarios', icon: ScenariosIcon, content: Scenarios };
