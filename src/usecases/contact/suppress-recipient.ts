import type { Tx } from '../../db/client.js';
import type { EmailSendRow } from '../../db/queries/email-sends.js';
import { suppress } from '../../db/queries/suppressions.js';
import { normalizeAddress } from '../../domain/message/address.js';

/** Notes that the address takes no mail (ENR-25). Repeating it is harmless. */
export async function suppressRecipient(tx: Tx, send: EmailSendRow, now: string): Promise<void> {
  const address = normalizeAddress(send.recipient);
  if (!address.ok) return;
  await suppress(tx, send.accountId, {
    address: address.normalized,
    reason: 'bounced',
    createdBy: { kind: 'system' },
    createdAt: now,
  });
}
