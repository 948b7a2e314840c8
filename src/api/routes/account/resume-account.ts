import { resumeAccount as resume } from '../../../usecases/account/pause-account.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { crowdPauseReply } from '../../shapes/crowd-pause.js';

export const resumeAccount = defineEndpoint({
  method: 'POST',
  path: '/v1/account/resume',
  operationId: 'resumeAccount',
  summary: 'Resume everything',
  description:
    'The rest of each delay runs on; emails go through the send slots, so that nothing bursts. Sequences and enrollments that are paused by themselves stay so.',
  tag: 'account',
  scope: 'admin',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: nothing,
  replies: { 200: crowdPauseReply },
  refusals: ['ADMIN_REQUIRED'],
  handler: async (call) => {
    const affected = await resume(call);
    return { status: 200, body: { paused: false, since: null, affected } };
  },
});
