import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { lockPauseScope } from '../../../usecases/enrollment/lock-pause-scope.js';
import { pauseMany } from '../../../usecases/enrollment/pause-many.js';
import { idParams } from '../../shapes/common.js';
import { crowdPauseReply, pauseScopeInput } from '../../shapes/crowd-pause.js';

export const pauseSequence = defineEndpoint({
  method: 'POST',
  path: '/v1/sequences/{id}/pause',
  operationId: 'pauseSequence',
  summary: 'Pause a sequence',
  description:
    'Nothing of it goes out and no task is made until it is resumed: of the enrollments that the acting user made, or, for an admin with `scope` `all` and a key of the scope `admin`, of all. Each keeps the rest of its delay, those enrolled meanwhile wait, and one that was paused by itself stays so on resuming.',
  tag: 'sequences',
  scope: 'write',
  actingUser: 'required',
  params: idParams,
  query: nothing,
  body: pauseScopeInput,
  replies: { 200: crowdPauseReply },
  refusals: ['NOT_FOUND', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const user = call.body.scope === 'own' ? call.requireActingUser() : null;
    const scope = await lockPauseScope(call, call.params.id, user);
    const { pause, affected } = await pauseMany(call, scope);
    return { status: 200, body: { paused: true, since: pause?.pausedAt ?? call.now, affected } };
  },
});
