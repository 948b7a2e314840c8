import { contactIdsAt, type Suppression } from '../../db/queries/suppressions.js';
import type { SuppressionReason } from '../../domain/enrollment/suppression.js';
import { noteAll, type Noted, type Noting } from '../log.js';

/** The person's own word. */
const optingOut: readonly SuppressionReason[] = [
  ...(['marked_as_spam', 'unsubscribed', 'unsubscribed_personal'] as const),
];

/** Writes a new suppression into the log, and that the contact with its address has opted out if that is what it means. */
export async function noteSuppression(
  noting: Noting,
  { id, address, reason }: Suppression,
): Promise<void> {
  const { tx, accountId } = noting;
  const contactIds = optingOut.includes(reason) ? await contactIdsAt(tx, accountId, address) : [];
  const data = { reason, suppressionId: id };
  await noteAll(noting, [
    { subject: 'suppression', id, type: 'added', data: { reason } },
    ...contactIds.map((contactId): Noted => ({
      ...{ subject: 'contact', id: contactId, type: 'opted_out' },
      data,
    })),
  ]);
}
