// GraphiQL for the gateway that serves this page: the page's own address is the endpoint.
import './workers';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './page.css'; // after those it changes
import { createRoot } from 'react-dom/client';
import { Page } from './page';
import { given } from './given';

createRoot(given.root).render(<Page />);
