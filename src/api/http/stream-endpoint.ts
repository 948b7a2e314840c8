import type { z } from 'zod';
import type { Operation } from './endpoint.js';
import type { RowRefusal, RowResult } from '../../usecases/row-refusal.js';
import type { Transact } from '../../usecases/transact.js';

/** A row of the body as it came: parsed JSON, or why it is none. `index` counts from 0. */
export interface IncomingRow {
  readonly index: number;
  readonly content:
    | { readonly ok: true; readonly json: unknown; readonly bytes: number }
    | { readonly ok: false; readonly why: RowRefusal };
}

/**
 * An operation whose body and answer are NDJSON, a row a line, worked off while they come. It keeps no answer for
 * repeats: what it does must be harmless to repeat.
 */
export interface StreamEndpoint extends Operation {
  readonly method: 'POST';
  readonly actingUser: 'optional';
  /** The most rows of a call. */
  readonly maxRows: number;
  /** One line of the body, and one of the answer. */
  readonly row: z.ZodType;
  readonly result: z.ZodType;
  /** Works off some rows, whole and committed when it answers; throws what concerns the whole call. */
  readonly work: (
    transact: Transact,
    rows: readonly IncomingRow[],
  ) => Promise<readonly RowResult[]>;
}
