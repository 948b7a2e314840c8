import { lockAccount } from '../../../db/queries/accounts.js';
import { requireAdmin } from '../../../usecases/access.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { pauseMany } from '../../../usecases/enrollment/pause-many.js';
import { crowdPauseReply } from '../../shapes/crowd-pause.js';

export const pauseAccount = defineEndpoint({
  method: 'POST',
  path: '/v1/account/pause',
  summary: 'Pause everything',
  description:
    'Nothing goes out and no task is made in any sequence until it is resumed. Each enrollment keeps the rest of its delay, and those enrolled meanwhile wait.',
  tag: 'account',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: nothing,
  replies: { 200: crowdPauseReply },
  refusals: ['ADMIN_REQUIRED'],
  handler: async (call) => {
    requireAdmin(call);
    await lockAccount(call.tx, call.accountId);
    const scope = { sequenceId: null, userId: null };
    const { pause, affected } = await pauseMany(call, scope);
    return { status: 200, body: { paused: true, since: pause?.pausedAt ?? call.now, affected } };
  },
});
