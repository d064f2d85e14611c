/** A cart that somebody else has changed: what the buyer saw beside what it is now. The buyer decides. */

import type { Cart, Change, Conflict, Line } from './cart';
import { billed, lineName, money } from './format';

interface Row {
  id: string;
  name: string;
  seen: string;
  now: string;
  mine: string;
}

export function ConflictNotice({ seen, now, mine, take, again }: Conflict & { take: () => void; again: () => void }) {
  const rows = difference(seen, now, mine);
  return (
    <section className="notice warn conflict" role="alert" aria-labelledby="conflict">
      <h2 id="conflict" className="notice-title">Somebody else has changed this cart</h2>
      <p>Your change is not made. Compare, then choose.</p>
      <Difference rows={rows} />
      <p className="row">
        <button type="button" className="main" onClick={take}>Keep it as it is now</button>
        <button type="button" onClick={again}>Make my change all the same</button>
      </p>
    </section>
  );
}

export function Difference({ rows }: { rows: Row[] }) {
  const yours = rows.some(({ mine }) => mine);
  return (
    <table>
      <thead>
        <tr><th scope="col">Line</th><th scope="col">You saw</th><th scope="col">It is now</th>{yours && <th scope="col">You wanted</th>}</tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">{row.name}</th>
            <td data-label="You saw">{row.seen}</td>
            <td data-label="It is now" className={row.seen === row.now ? '' : 'differs'}>{row.now}</td>
            {yours && <td data-label="You wanted">{row.mine || '–'}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The lines that differ, in what they differ, and those that the buyer's own change is about. */
export function difference(seen: Cart, now: Cart, mine?: Change): Row[] {
  const before = new Map(all(seen).map((line) => [line.id, line]));
  const after = new Map(all(now).map((line) => [line.id, line]));
  return [...new Map([...before, ...after]).values()]
    .map((line) => {
      const [then, present] = [facts(before.get(line.id)), facts(after.get(line.id))];
      const differ = (fact: string, at: number) => Boolean(fact) && then[at] !== present[at];
      return {
        id: line.id,
        name: lineName(line),
        seen: then.filter(differ).join(' · ') || (then[0] ?? 'Not there'),
        now: present.filter(differ).join(' · ') || (present[0] ?? 'Removed'),
        mine: wanted(mine, line),
      };
    })
    .filter((row) => row.seen !== row.now || row.mine);
}

function all(cart: Cart): Line[] {
  return cart.lineItems.flatMap((line) => [line, ...line.addonItems]);
}

/** None where the line is not there. */
function facts(line: Line | undefined): string[] {
  if (!line) return [];
  const { quantity, termDuration, billingCycle, pricing, promotion } = line;
  const price = pricing ? money(pricing.extendedPrice, pricing.currencyCode) : 'No price';
  return [`${quantity} seats`, billed(termDuration, billingCycle), price, promotion?.name ?? 'No promotion'];
}

function wanted(mine: Change | undefined, line: Line): string {
  if (mine?.kind === 'remove') return mine.ids.includes(line.id) ? 'Removed' : '';
  const change = mine?.lines.find(({ id }) => id === line.id);
  if (!change) return '';
  const terms = billed(change.termDuration, change.billingCycle);
  return [change.quantity ? `${change.quantity} seats` : '', terms].filter(Boolean).join(' · ') || 'A change';
}
