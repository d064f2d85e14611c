/** Buys licenses for the sandbox's demo customer and tells what happens on the way: npm start -- [URL] */

import { buy } from './buy.js';
import { Fault, Gateway } from './gateway.js';
import { Refused } from './refusals.js';

const url = process.argv[2] ?? 'http://127.0.0.1:8000/graphql';

try {
  await buy(new Gateway(url, process.env.TOKEN));
} catch (error) {
  if (!(error instanceof Fault || error instanceof Refused)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
