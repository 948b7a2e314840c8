import { readSequence } from '../../../usecases/access.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showSimulation, simulationInput, simulationReply } from '../../shapes/simulation.js';
import { simulate } from '../../../usecases/preview/simulate.js';

export const simulateSequence = defineEndpoint({
  method: 'POST',
  path: '/v1/sequences/{id}/simulate',
  operationId: 'simulateSequence',
  summary: 'Play a sequence through without enrolling anybody',
  description:
    'From the first step to the end, or to where it waits for somebody: every email and task with its time and each rule that put it there, by the same decisions as for real enrollments. `script` says what happens on the way: replies, meetings, pauses, completed tasks. Each mail is taken to have its send slot at once. Nothing is sent or stored.',
  tag: 'sequences',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: idParams,
  query: nothing,
  body: simulationInput,
  replies: { 200: simulationReply },
  refusals: ['NOT_FOUND', 'ACTING_USER_REQUIRED'],
  handler: async (call) => {
    const sequence = await readSequence(call, call.params.id);
    const { life, timeZone, missingTokens } = await simulate(call, sequence, call.body);
    return { status: 200, body: showSimulation(life, timeZone, missingTokens) };
  },
});
