import type { z } from 'zod';
import type { Operation } from './endpoint.js';
import type { RowRefusal, RowResult } from '../../usecases/row-refusal.js';
import type { Transact } from '../../usecases/transact.js';

/** A row of the body as it came: parsed JSON, or why it could not be parsed. `index` counts from 0. */
export interface IncomingRow {
  readonly index: number;
  readonly content:
    | { readonly ok: true; readonly json: unknown; readonly bytes: number }
    | { readonly ok: false; readonly why: RowRefusal };
}

/**
 * An operation whose body and answer are NDJSON, one row per line, processed as the rows come. It keeps no answer for
 * repeats, so its effect must be harmless to repeat.
 */
export interface StreamEndpoint extends Operation {
  readonly method: 'POST';
  readonly actingUser: 'optional';
  readonly heavy: true;
  /** The most rows in one call. */
  readonly maxRows: number;
  /** One line of the body, and one of the answer. */
  readonly row: z.ZodType;
  readonly result: z.ZodType;
  /** Processes some rows, all of them committed when it answers. Throws errors that concern the whole call. */
  readonly work: (
    transact: Transact,
    rows: readonly IncomingRow[],
  ) => Promise<readonly RowResult[]>;
}
