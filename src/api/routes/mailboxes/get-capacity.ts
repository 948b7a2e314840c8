import type { z } from 'zod';
import { findSendingMailbox } from '../../../db/queries/mailboxes.js';
import { countSlots } from '../../../db/queries/send-slots.js';
import type { SendLimits } from '../../../domain/capacity/limits.js';
import { perDayAt, rampEndMs } from '../../../domain/capacity/ramp.js';
import { fromEpochMs, toEpochMs } from '../../../domain/time/instant.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { whenFree } from '../../../usecases/enrollment/send-budget.js';
import { atQuery, capacityReply } from '../../shapes/capacity.js';
import { idParams } from '../../shapes/common.js';

export const getCapacity = defineEndpoint({
  method: 'GET',
  path: '/v1/mailboxes/{id}/capacity',
  operationId: 'getMailboxCapacity',
  summary: 'Read what a mailbox has sent and reserved, and when there is room',
  description:
    'A mailbox has a limit for each clock minute and for any 24 hours, its user one for any 24 hours; nothing is reset at midnight.',
  tag: 'mailboxes',
  scope: 'read',
  actingUser: 'optional',
  params: idParams,
  query: atQuery,
  body: nothing,
  replies: { 200: capacityReply },
  handler: async (call) => {
    const { tx, accountId, params, query } = call;
    const at = query.at ?? call.now;
    const mailbox = await findSendingMailbox(tx, accountId, params.id, at);
    if (mailbox === undefined) return refuseUnknown('mailbox');
    const { mailboxPerMinute: perMinute, userPerDay } = mailbox.limits;
    const perDay = perDayAt(mailbox.limits, toEpochMs(at));
    const owner = { accountId, mailboxId: mailbox.id, userId: mailbox.userId };
    const free = await whenFree(call, mailbox, at);
    const counts = await countSlots(tx, owner, at);
    return {
      status: 200,
      body: {
        ...counts,
        at,
        limits: { perMinute, perDay, userPerDay },
        rampUp: showRampUp(mailbox.limits),
        nextFreeAt: free.at,
        heldBy: free.limit ?? null,
      },
    };
  },
});

function showRampUp({ ramp, mailboxPerDay }: SendLimits): z.input<typeof capacityReply>['rampUp'] {
  if (ramp === undefined) return null;
  const endsAt = fromEpochMs(rampEndMs(ramp, mailboxPerDay));
  return { perDayAfter: mailboxPerDay, endsAt };
}
