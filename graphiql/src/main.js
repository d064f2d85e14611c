// GraphiQL for the gateway that serves this page: the page's own address is the endpoint.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const root = document.getElementById('graphiql');

createRoot(root).render(
  createElement(GraphiQL, {
    fetcher: createGraphiQLFetcher({ url: window.location.pathname }),
    defaultTabs: JSON.parse(root.dataset.tabs),
    defaultQuery: '',
  }),
);
