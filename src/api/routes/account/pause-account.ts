import { pauseAccount as pauseAll } from '../../../usecases/account/pause-account.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { crowdPauseReply } from '../../shapes/crowd-pause.js';

export const pauseAccount = defineEndpoint({
  method: 'POST',
  path: '/v1/account/pause',
  operationId: 'pauseAccount',
  summary: 'Pause everything',
  description:
    'Nothing goes out and no task is made in any sequence until it is resumed. Each enrollment keeps the rest of its delay, and those enrolled meanwhile wait.',
  tag: 'account',
  scope: 'admin',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: nothing,
  replies: { 200: crowdPauseReply },
  refusals: ['ADMIN_REQUIRED'],
  handler: async (call) => {
    const { pause, affected } = await pauseAll(call);
    return { status: 200, body: { paused: true, since: pause?.pausedAt ?? call.now, affected } };
  },
});
