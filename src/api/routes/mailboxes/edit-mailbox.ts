import { findAccount, type Account } from '../../../db/queries/accounts.js';
import { setMailboxLimits } from '../../../db/queries/mailboxes.js';
import { defineEndpoint, nothing } from '../../endpoint.js';
import { refuseFields, refuseUnknown, type FieldError } from '../../problem.js';
import { mailboxPatch } from '../../shapes/capacity.js';
import { idParams } from '../../shapes/common.js';
import { mailboxReply, showMailbox } from '../../shapes/mailbox.js';

export const patchMailbox = defineEndpoint({
  method: 'PATCH',
  path: '/v1/mailboxes/{id}',
  summary: 'Change what a mailbox may send',
  description:
    'Within what the account allows a mailbox. A lower limit binds from the next slot on; what is reserved stays.',
  tag: 'mailboxes',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: mailboxPatch,
  replies: { 200: mailboxReply },
  handler: async ({ tx, accountId, params, body, now }) => {
    const { perMinute, perDay } = body.limits;
    const account = await findAccount(tx, accountId);
    const errors = [
      ...tooMany('perMinute', perMinute, account?.mailboxPerMinute),
      ...tooMany('perDay', perDay, account?.mailboxPerDay),
    ];
    if (errors.length > 0) return refuseFields(errors);
    const change = { perMinute, perDay, updatedAt: now };
    const mailbox = await setMailboxLimits(tx, accountId, params.id, change);
    return mailbox ? { status: 200, body: showMailbox(mailbox) } : refuseUnknown('mailbox');
  },
});

function tooMany(
  field: string,
  wanted: number | null | undefined,
  most: Account['mailboxPerDay'] | undefined,
): readonly FieldError[] {
  if (wanted === null || wanted === undefined || most === undefined || wanted <= most) return [];
  const message = `The account allows a mailbox at most ${most}; give less, or null for as much.`;
  return [{ in: 'body', pointer: `/limits/${field}`, code: 'above_account_limit', message }];
}
