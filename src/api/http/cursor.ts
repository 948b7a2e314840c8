import { z } from 'zod';
import { isInReckonedYears } from '../../domain/time/reckoned-years.js';
import { jsonDigest } from './json-text.js';
import { refuseCall } from './problem.js';

/** How many rows a page has by default. */
export const defaultLimit = 50;
/** The most rows of a page. */
export const maxLimit = 100;
const tagLength = 22;

/** The query fields of every list. */
export const pageQuery = z.strictObject({
  limit: z.coerce
    .number()
    .pipe(z.int().min(1).max(maxLimit))
    .default(defaultLimit)
    .meta({ description: `How many at most, 1–${maxLimit}; large results make fewer.` }),
  after: z.string().max(1000).optional().meta({
    description: 'The cursor `paging.next.after` of the page before.',
  }),
});

export const pagingShape = z
  .object({
    next: z
      .object({ after: z.string() })
      .nullable()
      .meta({ description: 'Null on the last page.' }),
  })
  .meta({ id: 'Paging' });

type PageShape<T extends z.ZodType> = z.ZodObject<{
  results: z.ZodArray<T>;
  paging: typeof pagingShape;
}>;

/** The reply schema of a list. */
export function pageOf<T extends z.ZodType>(item: T): PageShape<T> {
  return z.object({ results: z.array(item), paging: pagingShape });
}

/** What a cursor is bound to: it is invalid for other filters, another order or another account. */
export interface ListIdentity {
  readonly accountId: string;
  readonly list: string;
  /** Filters and order, as asked for. */
  readonly query: Readonly<Record<string, unknown>>;
}

/** Where a page begins: the sort key of the row before it. */
export type Position = Readonly<Record<string, string>>;

/**
 * The position that a cursor stands for, or undefined without a cursor. `texts` names the keys that are texts of callers.
 * Refuses a cursor that this list did not give.
 */
export function readCursor<P extends z.ZodType<Position>>(
  shape: P,
  identity: ListIdentity,
  after: string | undefined,
  texts: readonly string[] = [],
): z.output<P> | undefined {
  if (after === undefined) return undefined;
  const text = Buffer.from(after, 'base64url').toString('utf8');
  const position = shape.safeParse(parseJson(text.slice(tagLength)));
  const isOne =
    position.success &&
    Object.entries(position.data).every(([name, key]) =>
      texts.includes(name) ? callersText.test(key) : isSortKey(key),
    );
  if (isOne && text.slice(0, tagLength) === tagOf(identity, position.data)) {
    return position.data;
  }
  return refuseCall(
    'INVALID_CURSOR',
    'Give `after` as the page before returned it, with the same filters and the same sort; or begin without it.',
  );
}

// Postgres takes no NUL and no half of a character. Callers' own ids have at most 200 characters.
const callersText = /^[^\p{Cc}\p{Cs}]{1,200}$/u;

/**
 * A sort key is an id, a number or an instant, unless it is a caller's text; whoever forges a cursor can write nothing else
 * that would be asked for.
 */
function isSortKey(text: string): boolean {
  return sortKey.safeParse(text).success;
}

const sortKey = z.union([
  z.uuid(),
  z.string().regex(/^\d{1,9}$/),
  z.iso.datetime({ precision: 3 }).refine(isInReckonedYears),
]);

export interface Paging {
  readonly next: { readonly after: string } | null;
}

/**
 * Turns rows that were read with one more than the limit into a page: its rows, and the cursor of the next page if
 * there is one.
 */
export function cutPage<T>(
  rows: readonly T[],
  limit: number,
  identity: ListIdentity,
  positionOf: (row: T) => Position,
): { readonly rows: readonly T[]; readonly paging: Paging } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  if (rows.length <= limit || last === undefined) return { rows: shown, paging: { next: null } };
  return { rows: shown, paging: pagingAfter(identity, positionOf(last)) };
}

/** Says that the next page begins after this position. */
export function pagingAfter(identity: ListIdentity, position: Position): Paging {
  const text = `${tagOf(identity, position)}${JSON.stringify(position)}`;
  return { next: { after: Buffer.from(text).toString('base64url') } };
}

// A cursor holds no secret. It is opaque to keep callers from mistakes; a forged one shows only another part of what
// the same key may read anyway.
function tagOf(identity: ListIdentity, position: Position): string {
  return jsonDigest([identity, position]).slice(0, tagLength);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
