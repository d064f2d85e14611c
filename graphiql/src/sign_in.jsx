// The token that callers send: an empty header to fill in, and the same token in every tab.
import { useGraphiQL } from '@graphiql/react';
import { useEffect, useRef } from 'react';

export const EMPTY_HEADERS = '{"Authorization": "Bearer "}';

function hasToken(headers) {
  return /"authorization"\s*:\s*"bearer\s+[^"\s]/i.test(headers);
}

// GraphiQL has headers for each tab. A tab whose header is still empty gets what was entered in another.
export function TokenOfAllTabs({ onChange }) {
  const editor = useGraphiQL((state) => state.headerEditor);
  const entered = useRef(EMPTY_HEADERS);

  useEffect(() => {
    const listener = editor?.onDidChangeModelContent(({ isFlush }) => {
      const headers = editor.getValue();
      if (isFlush && !hasToken(headers) && headers !== entered.current) editor.setValue(entered.current);
      else if (!isFlush) entered.current = headers;
      onChange(hasToken(editor.getValue()));
    });
    return () => listener?.dispose();
  }, [editor, onChange]);
  return null;
}
