// Takes the place of the documentation explorer where the gateway does not show its schema.
import { DocsIcon } from '@graphiql/react';

function HiddenSchema() {
  return (
    <section className="page-panel" aria-labelledby="page-docs">
      <h2 id="page-docs">Docs</h2>
      <p>
        This gateway does not show its schema: introspection is off. There is no documentation here, and the editor
        completes and checks no names. Operations run all the same.
      </p>
      <p>
        Whoever runs the gateway can change this with <code>GATEWAY_INTROSPECTION=on</code>.
      </p>
    </section>
  );
}

export const HIDDEN_SCHEMA = { title: 'Documentation Explorer', icon: DocsIcon, content: HiddenSchema };
