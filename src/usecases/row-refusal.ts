import { databaseFailure } from '../db/sqlstate.js';
import { Refusal, type FieldError, type RefusalCode } from './refusal.js';

/** The code of a refusal, or of what the door that a row came through refuses beforehand. */
export type RowCode = RefusalCode | 'MALFORMED_JSON' | 'PAYLOAD_TOO_LARGE' | 'PRECONDITION_FAILED';

/** Why one row of many is refused; the other rows are not affected. */
export interface RowRefusal {
  readonly code: RowCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

/** What became of one row of many. */
export type RowResult =
  | { readonly index: number; readonly status: 'created' | 'updated'; readonly id: string }
  | ({ readonly index: number; readonly status: 'refused' } & RowRefusal);

// An answer about thousands of rows must stay readable.
const maxErrors = 10;

export function refusal(code: RowCode, detail: string, errors?: readonly FieldError[]): RowRefusal {
  return { code, detail, ...(errors && { errors: errors.slice(0, maxErrors) }) };
}

/**
 * The refusal that a row met with, or undefined for an error that is not the row's fault and so concerns the whole
 * call.
 */
export function refusalOf(thrown: unknown): RowRefusal | undefined {
  if (thrown instanceof Refusal && thrown.code !== 'INTERNAL') {
    return refusal(thrown.code, thrown.details.detail, thrown.details.errors);
  }
  const failure = databaseFailure(thrown);
  if (failure?.kind !== 'conflict' || failure.field === undefined) return undefined;
  const { field } = failure;
  const message = `This ${field} is taken.`;
  return refusal('CONFLICT', `Another one has this ${field} already.`, [
    { pointer: `/${field}`, code: 'taken', message },
  ]);
}
