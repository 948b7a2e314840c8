/** How long a transaction may keep others waiting, in milliseconds. */
export interface Bounds {
  /**
   * The longest wait for one lock. In short transactions not more than `idleMs`: else, of a process that stands still,
   * one transaction after the other would get the lock for which the one before was ended.
   */
  readonly lockMs: number;
  /** The longest statement; more than a wait for a lock, which is a part of it. */
  readonly statementMs: number;
  /** The longest that this process leaves a transaction open without a word; then Postgres ends the connection. */
  readonly idleMs: number;
}

export interface DatabaseBounds {
  /** The longest wait for a connection, a new one or one of the pool; more than others may keep theirs by standing still. */
  readonly connectMs: number;
  /** For all that is not `long`: a caller has its answer, or a refusal, within ten seconds. */
  readonly short: Bounds;
  /** For a transaction that has called `allowLong`. It too lets go within `idleMs` when its process stands still. */
  readonly long: Bounds;
}

/** What API and worker keep to. All of `short` is below the shortest start-to-close of an activity, ten seconds. */
export const databaseBounds: DatabaseBounds = {
  connectMs: 5_000,
  short: { lockMs: 4_000, statementMs: 6_000, idleMs: 4_000 },
  long: { lockMs: 20_000, statementMs: 60_000, idleMs: 4_000 },
};

/** What `allowLong` says; the connection puts the bounds themselves in its place. */
export const longMark = "set local cadenza.bounds = 'long'";

/** The statements that put bounds on a transaction; for it alone, since PgBouncer gives the connection to others after it. */
export function boundsSql({ lockMs, statementMs, idleMs }: Bounds): string {
  return [
    `set local lock_timeout = ${lockMs}`,
    `set local statement_timeout = ${statementMs}`,
    `set local idle_in_transaction_session_timeout = ${idleMs}`,
  ].join('; ');
}
