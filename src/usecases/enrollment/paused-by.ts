import { readPausedBy } from '../../db/queries/enrollments/paused-by.js';
import type { EnrollmentListing } from '../../db/queries/enrollments/list.js';
import type { PausedBy } from '../../domain/enrollment/paused-by.js';
import type { Act } from '../act.js';

/** Who paused an enrollment, its sequence or its account, and since when; undefined for one that nothing holds. */
export async function pausedByOf(
  { tx, accountId }: Pick<Act, 'tx' | 'accountId'>,
  { row }: Pick<EnrollmentListing, 'row'>,
): Promise<PausedBy | undefined> {
  return (await readPausedBy(tx, accountId, [row])).get(row.id);
}
