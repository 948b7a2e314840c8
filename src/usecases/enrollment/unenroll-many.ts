import { findCompany } from '../../db/queries/companies.js';
import { findContact } from '../../db/queries/contacts.js';
import { knownIds } from '../../db/queries/enrollments/list.js';
import { liveIds, type EnrollmentsOf } from '../../db/queries/enrollments/live.js';
import type { Reference } from '../../db/queries/reference.js';
import { findSequence } from '../../db/queries/sequences.js';
import { accessTo } from '../../domain/access/sharing.js';
import { end } from '../../domain/enrollment/progress.js';
import { changeMany } from './change-many.js';
import type { Act } from '../act.js';
import { refuseUnknown } from '../refusal.js';

/** How many enrollments may be named one by one. */
export const maxUnenrolledByIds = 1000;

/** Who is to be unenrolled: exactly one of these is given. */
export interface UnenrollRequest {
  readonly enrollmentIds?: readonly string[] | undefined;
  readonly sequenceId?: string | undefined;
  readonly companyId?: string | undefined;
  readonly contact?: Reference | undefined;
}

/** What became of one enrollment that was named. */
interface UnenrollResult {
  readonly index: number;
  readonly enrollmentId: string;
  readonly status: 'unenrolled' | 'ended_before' | 'not_found';
}

/** Unenrolls every enrollment that a request names and the acting user may know of, in the act's transaction. */
export async function unenrollMany(
  act: Act,
  request: UnenrollRequest,
): Promise<{ readonly unenrolled: number; readonly results?: UnenrollResult[] }> {
  const { tx, accountId, actingUser } = act;
  const filter = await filterOf(act, request);
  const ids = await liveIds(tx, accountId, filter, actingUser);
  const done = await changeMany(act, ids, {
    tell: 'unenroll',
    decide: (current, happening) =>
      end(current, { state: 'unenrolled', reason: 'manual' }, happening),
  });
  if (request.enrollmentIds === undefined) return { unenrolled: done.length };
  const unenrolled = new Set(done);
  const known = await knownIds(tx, accountId, actingUser, request.enrollmentIds);
  const results = request.enrollmentIds.map((enrollmentId, index): UnenrollResult => {
    const before = known.has(enrollmentId) ? 'ended_before' : 'not_found';
    const status = unenrolled.has(enrollmentId) ? 'unenrolled' : before;
    return { index, enrollmentId, status };
  });
  return { unenrolled: done.length, results };
}

async function filterOf(act: Act, request: UnenrollRequest): Promise<EnrollmentsOf> {
  const { tx, accountId } = act;
  const { enrollmentIds: ids, sequenceId, companyId, contact } = request;
  if (sequenceId !== undefined) {
    const sequence = await findSequence(tx, accountId, sequenceId);
    const isKnown = sequence !== undefined && accessTo(sequence, act.actingUser) !== undefined;
    return isKnown ? { sequenceId } : refuseUnknown('sequence', '/sequenceId');
  }
  if (companyId !== undefined) {
    const company = await findCompany(tx, accountId, companyId);
    return { companyId: company?.id ?? refuseUnknown('company', '/companyId') };
  }
  if (contact !== undefined) {
    const found = await findContact(tx, accountId, contact);
    return { contactId: found?.id ?? refuseUnknown('contact', '/contact') };
  }
  return { ids: ids ?? [] };
}
