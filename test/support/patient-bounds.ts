import type { DatabaseBounds } from '../../src/db/bounds.js';

/** For the connections of a test, which holds locks while it looks at what waits for them. */
export const patientBounds: DatabaseBounds = {
  connectMs: 20_000,
  short: { lockMs: 20_000, statementMs: 40_000, idleMs: 60_000 },
  long: { lockMs: 20_000, statementMs: 60_000, idleMs: 60_000 },
};
