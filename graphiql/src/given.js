// What the gateway wrote into the page: see gateway/http/graphiql.py.
const root = document.getElementById('graphiql');
const { tabs, scenarios = '[]', signIn = '', notice = '', schema = '' } = root.dataset;

export const given = { root, tabs: JSON.parse(tabs), scenarios: JSON.parse(scenarios), signIn, notice, schema };
