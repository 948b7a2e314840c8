import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { pausedByOf } from '../../../usecases/enrollment/paused-by.js';
import { tellEnrollment } from '../../../usecases/enrollment/tell-enrollment.js';
import { idParams } from '../../shapes/common.js';
import { enrollmentReply, showEnrollment } from '../../shapes/enrollment.js';

export const resumeEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/enrollments/{id}/resume',
  operationId: 'resumeEnrollment',
  summary: 'Resume a paused enrollment',
  description:
    'What was left of the delay is left still; then the step runs on the next allowed day and hour.',
  tag: 'enrollments',
  scope: 'write',
  actingUser: 'required',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: enrollmentReply },
  refusals: ['FORBIDDEN_PERMISSION', 'NOT_FOUND', 'ENROLLMENT_ENDED', 'INVALID_STATE'],
  handler: async (call) => {
    const saved = await tellEnrollment(call, call.params.id, { type: 'resume' });
    const by = await pausedByOf(call, saved);
    return { status: 200, body: showEnrollment(saved, call.ports.workflows.runUrl, by) };
  },
});
