import { databaseFailure } from '../db/sqlstate.js';
import { ApiError, type FieldError, type ProblemCode } from '../api/http/problem.js';

/** Why one row of many is refused; it hurts no other. */
export interface RowRefusal {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

// An answer of thousands of rows must stay one that can be read.
const maxErrors = 10;

export function refusal(
  code: ProblemCode,
  detail: string,
  errors?: readonly FieldError[],
): RowRefusal {
  return { code, detail, ...(errors && { errors: errors.slice(0, maxErrors) }) };
}

/** The refusal that a row met with, or undefined for what is no fault of the row: that concerns the whole call. */
export function refusalOf(thrown: unknown): RowRefusal | undefined {
  if (thrown instanceof ApiError && thrown.status < 500) {
    return refusal(thrown.code, thrown.details.detail, thrown.details.errors);
  }
  const failure = databaseFailure(thrown);
  if (failure?.kind !== 'conflict' || failure.field === undefined) return undefined;
  const { field } = failure;
  const message = `This ${field} is taken.`;
  return refusal('CONFLICT', `Another one has this ${field} already.`, [
    { in: 'body', pointer: `/${field}`, code: 'taken', message },
  ]);
}
