import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { pausedByOf } from '../../../usecases/enrollment/paused-by.js';
import { tellEnrollment } from '../../../usecases/enrollment/tell-enrollment.js';
import { idParams } from '../../shapes/common.js';
import { enrollmentReply, showEnrollment } from '../../shapes/enrollment.js';

export const unenrollEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/enrollments/{id}/unenroll',
  operationId: 'unenrollContact',
  summary: 'Unenroll a contact from its sequence',
  description: 'Nothing more is sent and open tasks are cancelled. The history stays.',
  tag: 'enrollments',
  scope: 'write',
  actingUser: 'required',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: enrollmentReply },
  refusals: ['NOT_FOUND', 'ENROLLMENT_ENDED'],
  handler: async (call) => {
    const saved = await tellEnrollment(call, call.params.id, { type: 'unenroll' });
    const by = await pausedByOf(call, saved);
    return { status: 200, body: showEnrollment(saved, call.ports.workflows.runUrl, by) };
  },
});
