import { allowLong } from '../../db/allow-long.js';
import {
  deleteCompany as remove,
  lockCompany,
  releaseContacts,
} from '../../db/queries/companies.js';
import { requirePermission } from '../access.js';
import type { Act } from '../act.js';
import { note, noteAll } from '../log.js';
import { refuseUnknown } from '../refusal.js';

export interface DeletedCompany {
  readonly id: string;
  readonly deletedAt: string;
  /** How many contacts have no company any more. */
  readonly contactsLeft: number;
}

/**
 * Deletes a company. Its contacts stay, without a company: what happens to one of them concerns the others no more (ENR-22), and
 * tokens of the company have no value. Refuses an unknown one.
 */
export async function deleteCompany(act: Act, id: string): Promise<DeletedCompany> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  await allowLong(tx);
  // Contacts come before companies: whoever changes one locks it, and then its company. Those that join meanwhile come second.
  const before = await releaseContacts(tx, accountId, id, now);
  const company = await lockCompany(tx, accountId, id);
  if (company === undefined) return refuseUnknown('company');
  const contactIds = [...before, ...(await releaseContacts(tx, accountId, company.id, now))];
  await remove(tx, accountId, company.id);
  await noteAll(
    act,
    contactIds.map((contactId) => ({
      ...({ subject: 'contact', id: contactId, type: 'company_left' } as const),
      data: { companyId: company.id },
    })),
  );
  await note(act, { subject: 'company', id: company.id, type: 'erased' });
  return { id: company.id, deletedAt: now, contactsLeft: contactIds.length };
}
