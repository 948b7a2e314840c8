import { defineEndpoint, nothing } from '../../endpoint.js';
import { tellEnrollment } from '../../enrollment-message.js';
import { idParams } from '../../shapes/common.js';
import { enrollmentReply, showEnrollment } from '../../shapes/enrollment.js';

export const pauseEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/enrollments/{id}/pause',
  summary: 'Pause an enrollment',
  description:
    'Its clock stops and the rest of the delay is kept. Nothing is sent while it is paused.',
  tag: 'enrollments',
  scope: 'write',
  actingUser: 'required',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: enrollmentReply },
  refusals: ['NOT_FOUND', 'ENROLLMENT_ENDED', 'INVALID_STATE'],
  handler: async (call) => {
    const saved = await tellEnrollment(call, call.params.id, { type: 'pause' });
    return { status: 200, body: showEnrollment(saved, call.deps.workflows.runUrl) };
  },
});
