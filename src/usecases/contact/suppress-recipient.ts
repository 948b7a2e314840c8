import type { Tx } from '../../db/client.js';
import type { EmailSendRow } from '../../db/queries/email-sends.js';
import { isErased } from '../../db/queries/contact-deletion.js';
import { suppress } from '../../db/queries/suppressions.js';
import { normalizeAddress } from '../../domain/message/address.js';
import { noteSuppression } from './note-suppression.js';

/**
 * Notes that the address takes no mail (ENR-25). Repeating it is harmless. The ledger's row must have been changed before: then
 * a contact that is being erased meanwhile is either seen to be erased, or finds what is noted here.
 */
export async function suppressRecipient(tx: Tx, send: EmailSendRow, now: string): Promise<void> {
  const address = normalizeAddress(send.recipient);
  if (!address.ok) return;
  const { accountId } = send;
  const actor = { kind: 'system' } as const;
  const { suppression, made } = await suppress(tx, accountId, {
    address: address.normalized,
    reason: 'bounced',
    createdBy: actor,
    createdAt: now,
    isErased: await isErased(tx, send),
  });
  if (!made) return;
  const cause = { kind: 'server_reply', id: send.id } as const;
  await noteSuppression({ tx, accountId, now, actor, cause }, suppression);
}
