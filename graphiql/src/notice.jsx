// Sentences above GraphiQL, until somebody has read them.
import { CloseIcon } from '@graphiql/react';
import { useState } from 'react';
import { given } from './given';

export function Notice({ sentences }) {
  const [isDismissed, setDismissed] = useState(false);
  if (isDismissed || sentences.length === 0) return null;

  function dismiss() {
    setDismissed(true);
    given.root.focus();
  }

  return (
    <aside className="page-notice" aria-label="Before you begin">
      <div>
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <button type="button" aria-label="Dismiss" onClick={dismiss}>
        <CloseIcon aria-hidden="true" />
      </button>
    </aside>
  );
}
