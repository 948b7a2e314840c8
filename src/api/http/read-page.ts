import { pagingAfter, type ListIdentity, type Paging, type Position } from './cursor.js';

/** A page ends with the result with which it has as many bytes of JSON, however many results were asked for. */
export const fullPageBytes = 2_000_000;

/** A list whose rows may be large: how a part of it is read and shown. */
interface LargeList<Row, P extends Position, Shown> {
  readonly identity: ListIdentity;
  /** How many results at most. */
  readonly limit: number;
  /** Where the page begins; undefined at the beginning of the list. */
  readonly after: P | undefined;
  /** How many rows are held at once, besides those that are shown. */
  readonly rowsAtOnce: number;
  readonly read: (limit: number, after: P | undefined) => Promise<readonly Row[]>;
  readonly positionOf: (row: Row) => P;
  readonly show: (row: Row) => Shown;
}

/**
 * A page of a list whose rows may be large: it ends early once it is full. Rows are read a few at a time, and between those
 * others have their turn.
 */
export async function readPage<Row, P extends Position, Shown>(
  list: LargeList<Row, P, Shown>,
): Promise<{ results: Shown[]; paging: Paging }> {
  const { identity, limit, rowsAtOnce, read, positionOf, show } = list;
  const results: Shown[] = [];
  let { after } = list;
  let bytes = 0;
  for (;;) {
    const asked = Math.min(rowsAtOnce, limit + 1 - results.length);
    const rows = await read(asked, after);
    for (const row of rows) {
      const isFull = results.length === limit || bytes >= fullPageBytes;
      if (isFull && after) return { results, paging: pagingAfter(identity, after) };
      const result = show(row);
      results.push(result);
      bytes += Buffer.byteLength(JSON.stringify(result));
      after = positionOf(row);
    }
    if (rows.length < asked) return { results, paging: { next: null } };
  }
}
