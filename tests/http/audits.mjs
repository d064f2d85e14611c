// Runs graphql-http's audits of GraphQL over HTTP against the address given; prints one JSON object an audit.
// Started in the folder whose node_modules has graphql-http.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'package.json'));
const { serverAudits } = require('graphql-http');

for (const audit of serverAudits({ url: process.argv[2], fetchFn: fetch })) {
  const { id, name, status, reason } = await audit.fn();
  console.log(JSON.stringify({ id, name, status, reason }));
}
