import { lockAccount } from '../../../db/queries/accounts.js';
import { requireAdmin } from '../../../usecases/access.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { resumeMany } from '../../../usecases/enrollment/pause-many.js';
import { crowdPauseReply } from '../../shapes/crowd-pause.js';

export const resumeAccount = defineEndpoint({
  method: 'POST',
  path: '/v1/account/resume',
  summary: 'Resume everything',
  description:
    'The rest of each delay runs on; emails go through the send slots, so that nothing bursts. Sequences and enrollments that are paused by themselves stay so.',
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
    const affected = await resumeMany(call, scope);
    return { status: 200, body: { paused: false, since: null, affected } };
  },
});
