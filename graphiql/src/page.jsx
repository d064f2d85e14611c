// The whole page: the notice, and GraphiQL below it.
import { DOC_EXPLORER_PLUGIN } from '@graphiql/plugin-doc-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { GraphiQL } from 'graphiql';
import { useEffect, useState } from 'react';
import { given } from './given';
import { HIDDEN_SCHEMA } from './hidden_schema';
import { Notice } from './notice';
import { SCENARIOS } from './scenarios';
import { INTROSPECTION, fetcher } from './schema';
import { EMPTY_HEADERS, TokenOfAllTabs } from './sign_in';

const REFERENCE = given.schema ? DOC_EXPLORER_PLUGIN : HIDDEN_SCHEMA;
const PLUGINS = given.scenarios.length > 0 ? [HISTORY_PLUGIN, SCENARIOS] : [HISTORY_PLUGIN];

// So wide that there is room for the documentation beside the editors.
const IS_WIDE = window.matchMedia('(min-width: 1200px)').matches;
const IS_FIRST_VISIT = localStorage.getItem('gateway:visited') === null;
localStorage.setItem('gateway:visited', 'true');

// GraphiQL opens the first tab without its variables.
const FIRST_VARIABLES = localStorage.getItem('graphiql:tabState') === null ? given.tabs[0].variables : undefined;

// GraphiQL looks up the system's colours once; its style sheet follows them.
function EditorColours() {
  const theme = useGraphiQL((state) => state.theme);
  const { setTheme } = useGraphiQLActions();

  useEffect(() => {
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    const follow = () => theme ?? setTheme(null);
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }, [theme, setTheme]);
  return null;
}

export function Page() {
  const [hasToken, setHasToken] = useState(false);
  const signIn = hasToken ? '' : given.signIn;

  return (
    <>
      <h1>Partner Center Gateway</h1>
      <Notice sentences={[signIn, given.notice].filter(Boolean)} />
      <GraphiQL
        fetcher={fetcher}
        schema={given.schema ? undefined : null}
        introspectionQueryName={INTROSPECTION}
        schemaDescription
        inputValueDeprecation
        defaultTabs={given.tabs}
        defaultQuery=""
        initialVariables={FIRST_VARIABLES}
        defaultHeaders={given.signIn && EMPTY_HEADERS}
        defaultEditorToolsVisibility={given.signIn ? 'headers' : 'variables'}
        referencePlugin={REFERENCE}
        plugins={PLUGINS}
        visiblePlugin={IS_WIDE && IS_FIRST_VISIT ? REFERENCE : undefined}
      >
        <EditorColours />
        {given.signIn && <TokenOfAllTabs onChange={setHasToken} />}
      </GraphiQL>
    </>
  );
}
