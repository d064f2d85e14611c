// Monaco's workers. GraphiQL's own module for this also writes a line to the console for each.
import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker.js?worker';
import JSONWorker from 'monaco-editor/esm/vs/language/json/json.worker.js?worker';
import GraphQLWorker from 'monaco-graphql/esm/graphql.worker.js?worker';

const WORKERS = { json: JSONWorker, graphql: GraphQLWorker };

globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new (WORKERS[label] ?? EditorWorker)(),
};
