import { findCompany } from '../../db/queries/companies.js';
import { findList } from '../../db/queries/lists.js';
import { isUuid } from '../../db/queries/reference.js';
import { findSequence } from '../../db/queries/sequences.js';
import { accessTo } from '../../domain/access/sharing.js';
import type { EnrollmentSource } from '../../domain/enrollment/source.js';
import type { Act } from '../act.js';
import { refuseUnknown } from '../refusal.js';

/** Refuses a source that names a list, a company or a sequence that the acting user does not know. */
export async function requireSource(act: Act, source: EnrollmentSource | undefined): Promise<void> {
  if (source?.id === undefined || (await isKnown(act, source.kind, source.id))) return;
  refuseUnknown(source.kind, '/source/id');
}

async function isKnown(
  { tx, accountId, actingUser }: Act,
  kind: EnrollmentSource['kind'],
  id: string,
): Promise<boolean> {
  if (kind !== 'list' && kind !== 'company' && kind !== 'sequence') return true;
  if (!isUuid(id)) return false;
  if (kind === 'list') return (await findList(tx, accountId, id)) !== undefined;
  if (kind === 'company') return (await findCompany(tx, accountId, id)) !== undefined;
  const sequence = await findSequence(tx, accountId, id);
  return sequence !== undefined && accessTo(sequence, actingUser) !== undefined;
}
