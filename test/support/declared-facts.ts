import type { LogRow } from '../../src/db/queries/log.js';
import { factsOf, logTypes } from '../../src/domain/enrollment/log.js';

/** Throws when the log of an enrollment tells what its type does not declare, or not what it always tells. */
export function requireDeclaredFacts(
  rows: readonly Pick<LogRow, 'subject' | 'type' | 'data'>[],
): void {
  for (const { subject, type, data } of rows) {
    if (subject !== 'enrollment') continue;
    const known = logTypes.find((each) => each === type);
    if (known === undefined) throw new Error(`the log has the undeclared type ${type}`);
    const { always, sometimes } = factsOf[known];
    const declared = new Set<string>([...always, ...sometimes]);
    const odd = Object.keys(data).filter((fact) => !declared.has(fact));
    const missing = always.filter((fact) => !(fact in data));
    if (odd.length + missing.length === 0) continue;
    throw new Error(`an entry ${type} tells ${odd.join()} and does not tell ${missing.join()}`);
  }
}
