import type { z } from 'zod';
import { findAccount, type Account } from '../../../db/queries/accounts.js';
import { findMailbox, setMailboxLimits } from '../../../db/queries/mailboxes.js';
import type { Instant } from '../../../domain/time/types.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseFields, refuseUnknown, type FieldError } from '../../../usecases/refusal.js';
import { mailboxPatch } from '../../shapes/capacity.js';
import { idParams } from '../../shapes/common.js';
import { mailboxReply, showMailbox } from '../../shapes/mailbox.js';
import { noteMailboxChange } from '../../../usecases/people/write-mailbox.js';

export const patchMailbox = defineEndpoint({
  method: 'PATCH',
  path: '/v1/mailboxes/{id}',
  summary: 'Change what a mailbox may send',
  description:
    'Within what the account allows a mailbox. A lower limit binds from the next slot on; what is reserved stays. While a mailbox is warmed up (`rampUp`), no 24 hours have more emails than is allowed at their end.',
  tag: 'mailboxes',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: mailboxPatch,
  replies: { 200: mailboxReply },
  handler: async (call) => {
    const { tx, accountId, params, body, now } = call;
    const { limits, rampUp } = body;
    const { perMinute, perDay } = limits;
    const account = await findAccount(tx, accountId);
    const errors = [
      ...tooMany('/limits/perMinute', perMinute, account?.mailboxPerMinute),
      ...tooMany('/limits/perDay', perDay, account?.mailboxPerDay),
      ...tooMany('/rampUp/startPerDay', rampUp?.startPerDay, account?.mailboxPerDay),
    ];
    if (errors.length > 0) return refuseFields(errors);
    const mailbox = await findMailbox(tx, accountId, params.id);
    if (mailbox === undefined) return refuseUnknown('mailbox');
    const saved = await setMailboxLimits(tx, accountId, mailbox.id, {
      ...(perMinute !== undefined && { perMinute }),
      ...(perDay !== undefined && { perDay }),
      ...rampColumns(rampUp, mailbox.rampStartedAt ?? now),
      updatedAt: now,
    });
    if (saved === undefined) return refuseUnknown('mailbox');
    await noteMailboxChange(call, mailbox, saved);
    return { status: 200, body: showMailbox(saved) };
  },
});

function rampColumns(rampUp: z.output<typeof mailboxPatch>['rampUp'], otherwise: Instant) {
  if (rampUp === undefined) return {};
  if (rampUp === null) {
    return { rampStartPerDay: null, rampIncreasePerDay: null, rampStartedAt: null };
  }
  return {
    rampStartPerDay: rampUp.startPerDay,
    rampIncreasePerDay: rampUp.increasePerDay,
    rampStartedAt: rampUp.startedAt ?? otherwise,
  };
}

function tooMany(
  pointer: string,
  wanted: number | null | undefined,
  most: Account['mailboxPerDay'] | undefined,
): readonly FieldError[] {
  if (wanted === null || wanted === undefined || most === undefined || wanted <= most) return [];
  const message = `The account allows a mailbox at most ${most}; give less, or null for as much.`;
  return [{ in: 'body', pointer, code: 'above_account_limit', message }];
}
