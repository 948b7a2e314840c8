/** What a failed statement means to its caller. */
export type DatabaseFailure =
  /** A unique constraint was violated; `field` is the name by which callers know its last column. */
  | { readonly kind: 'conflict'; readonly constraint: string; readonly field: string | undefined }
  /** The transaction lost against another one: run it again. `constraint` is the one that it would have violated, if any. */
  | { readonly kind: 'try_again'; readonly constraint: string | undefined }
  /** No connection, none free, no answer in time, or a server that goes down, takes no writes or has no room. */
  | { readonly kind: 'unavailable' };

/** The unique constraints that a caller's value can violate. */
const fieldsByConstraint: Readonly<Record<string, string>> = {
  users_email: 'email',
  users_external_id: 'externalId',
  mailboxes_address: 'address',
  companies_external_id: 'externalId',
  teams_name: 'name',
  teams_folded_name: 'name',
  task_queues_name: 'name',
  task_queues_folded_name: 'name',
  contacts_email: 'email',
  contacts_external_id: 'externalId',
  folders_name: 'name',
  folders_folded_name: 'name',
  properties_name: 'name',
  lists_name: 'name',
  lists_folded_name: 'name',
  snippets_name: 'name',
};

/** Keeps those who are deactivated from becoming the sender, the enroller or the assignee of a live enrollment. */
export const activePeople = 'enrollments_active_people';

const uniqueViolation = '23505';
const foreignKeyViolation = '23503';
/** A company may be deleted while others name it; a second look finds that. */
const ofCompany = /_company_id_/;
// Lost against another transaction: serialization failures, deadlocks, and waits for a lock that took too long.
const lostState = /^(?:40.{3}|55P03)$/;
// Faults of the connection, the server or its load, whatever was asked: exceptions of connections and their
// authorisation, the server stopping or cancelling, its resources and disks, a transaction that it ended for its
// silence, and a server that takes no writes.
const unavailableState = /^(?:(?:08|28|3D|53|57|58).{3}|25006|25P03)$/;
// A schema that is another than this release's, while it is migrated or restored.
const foreignSchema = /^(?:3F.{3}|42P01|42703)$/;
const networkCodes = [
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE'],
  ...['EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
];
// The driver gives these no code.
const driverMessages =
  /connection terminated|timeout expired|timeout exceeded when trying to connect|cannot use a pool|is not queryable|query read timeout/i;

/** Classifies an error that a query threw; undefined when it is no failure that can be expected. */
export function databaseFailure(error: unknown): DatabaseFailure | undefined {
  for (const each of causes(error)) {
    const code = property(each, 'code');
    if (code === uniqueViolation) {
      const constraint = property(each, 'constraint') ?? '';
      return { kind: 'conflict', constraint, field: fieldsByConstraint[constraint] };
    }
    if (code !== undefined && lostState.test(code)) {
      return { kind: 'try_again', constraint: property(each, 'constraint') };
    }
    const constraint = property(each, 'constraint');
    if (code === foreignKeyViolation && ofCompany.test(constraint ?? '')) {
      return { kind: 'try_again', constraint };
    }
    if (isUnavailable(each, code)) return { kind: 'unavailable' };
  }
  return undefined;
}

/**
 * Whether a failure is due to the connection or to Postgres as a whole, and not to what was asked. The same may succeed
 * later, and nothing else will before that.
 */
export function isPassing(error: unknown): boolean {
  const kind = databaseFailure(error)?.kind;
  if (kind === 'try_again' || kind === 'unavailable') return true;
  return causes(error).some((each) => foreignSchema.test(property(each, 'code') ?? ''));
}

/** A short name for a failure, without anybody's data: the code of Postgres or the network, else the kind of error. */
export function failureCode(error: unknown): string {
  const code = causes(error)
    .map((each) => property(each, 'code'))
    .find((one) => one !== undefined);
  return code ?? (error instanceof Error ? error.name : 'unknown');
}

function isUnavailable(error: Error, code: string | undefined): boolean {
  if (code === undefined) return driverMessages.test(error.message);
  return unavailableState.test(code) || networkCodes.includes(code);
}

/** The error and its causes, outermost first. */
function causes(error: unknown, depth = 5): readonly Error[] {
  if (!(error instanceof Error) || depth === 0) return [];
  // A failed connection attempt over several addresses comes as one error that holds the others.
  const inner = error instanceof AggregateError ? error.errors : [error.cause];
  return [error, ...inner.flatMap((each) => causes(each, depth - 1))];
}

function property(error: Error, name: string): string | undefined {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
}
