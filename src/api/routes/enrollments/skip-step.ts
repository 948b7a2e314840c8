import { z } from 'zod';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { pausedByOf } from '../../../usecases/enrollment/paused-by.js';
import { tellEnrollment } from '../../../usecases/enrollment/tell-enrollment.js';
import { idParams } from '../../shapes/common.js';
import { enrollmentReply, showEnrollment } from '../../shapes/enrollment.js';

export const skipStep = defineEndpoint({
  method: 'POST',
  path: '/v1/enrollments/{id}/skip-step',
  operationId: 'skipStep',
  summary: 'Leave out the step that an enrollment is at',
  description:
    'The step that runs next, or whose task is awaited, is not executed; its open task is cancelled and the next delay counts from now. `stepId` guards against skipping another step than the one that was seen.',
  tag: 'enrollments',
  scope: 'write',
  actingUser: 'required',
  params: idParams,
  query: nothing,
  body: z.strictObject({ stepId: z.string().max(64).optional() }),
  replies: { 200: enrollmentReply },
  refusals: ['FORBIDDEN_PERMISSION', 'NOT_FOUND', 'ENROLLMENT_ENDED', 'INVALID_STATE'],
  handler: async (call) => {
    const { stepId } = call.body;
    const saved = await tellEnrollment(call, call.params.id, {
      type: 'skipStep',
      ...(stepId === undefined ? {} : { stepId }),
    });
    const by = await pausedByOf(call, saved);
    return { status: 200, body: showEnrollment(saved, call.ports.workflows.runUrl, by) };
  },
});
