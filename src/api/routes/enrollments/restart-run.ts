import { z } from 'zod';
import { restartRun } from '../../../usecases/enrollment/restart-run.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';

const reply = z
  .object({
    enrollmentId: z.uuid(),
    run: z.enum(['running', 'started', 'unknown']).meta({
      description:
        '`running`: it had its run, which looks again at where the enrollment stands. `started`: the run was gone and is started again. `unknown`: Temporal did not say; the run is started once it can be reached, unless there is one.',
    }),
    runUrl: z.string().meta({ description: 'The run in the Temporal UI.' }),
  })
  .meta({ id: 'RestartedRun' });

export const restartEnrollmentRun = defineEndpoint({
  method: 'POST',
  path: '/v1/enrollments/{id}/restart-run',
  operationId: 'restartEnrollmentRun',
  summary: 'See to it that an enrollment has its run',
  description:
    'A run that was terminated, deleted or has failed is started again where the enrollment stands; nothing is sent twice. Harmless when the run is there. Without this, the next word to the enrollment does the same, or the sweeper a quarter of an hour after its next action was due. 202: Temporal could not be told yet.',
  tag: 'enrollments',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: reply, 202: reply },
  refusals: ['FORBIDDEN_PERMISSION', 'NOT_FOUND', 'ENROLLMENT_ENDED'],
  handler: async (call) => {
    const { accountId, ports, params } = call;
    const target = { kind: 'enrollment', accountId, id: params.id } as const;
    const run = await restartRun(call, target);
    call.statusAfterCommit(async () => {
      const told = await ports.workflows.deliver(target);
      return told === 'pending' ? 202 : undefined;
    });
    const runUrl = ports.workflows.runUrl(params.id);
    return { status: 200, body: { enrollmentId: params.id, run, runUrl } };
  },
});
