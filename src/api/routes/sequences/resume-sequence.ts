import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { lockPauseScope } from '../../../usecases/enrollment/lock-pause-scope.js';
import { resumeMany } from '../../../usecases/enrollment/pause-many.js';
import { idParams } from '../../shapes/common.js';
import { crowdPauseReply, pauseScopeInput } from '../../shapes/crowd-pause.js';

export const resumeSequence = defineEndpoint({
  method: 'POST',
  path: '/v1/sequences/{id}/resume',
  operationId: 'resumeSequence',
  summary: 'Resume a sequence',
  description:
    'The rest of each delay runs on; emails go through the send slots, so that nothing bursts. What is paused by itself, or by another pause too, stays so. `scope` `all` lifts the pause of the whole sequence; users lift their own.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  params: idParams,
  query: nothing,
  body: pauseScopeInput,
  replies: { 200: crowdPauseReply },
  refusals: ['FORBIDDEN_PERMISSION', 'NOT_FOUND', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const user = call.body.scope === 'own' ? call.requireActingUser() : null;
    const scope = await lockPauseScope(call, call.params.id, user);
    const affected = await resumeMany(call, scope);
    return { status: 200, body: { paused: false, since: null, affected } };
  },
});
