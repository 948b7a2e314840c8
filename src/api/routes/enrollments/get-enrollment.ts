import { readEnrollment } from '../../../db/queries/enrollment-changes.js';
import { defineEndpoint, nothing } from '../../endpoint.js';
import { refuseUnknown } from '../../problem.js';
import { idParams } from '../../shapes/common.js';
import { enrollmentReply, showEnrollment } from '../../shapes/enrollment.js';

export const getEnrollment = defineEndpoint({
  method: 'GET',
  path: '/v1/enrollments/{id}',
  summary: 'Read an enrollment',
  description:
    'Its state and reason, the next action with its time, and the rules that put it there.',
  tag: 'enrollments',
  scope: 'read',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: enrollmentReply },
  refusals: ['NOT_FOUND'],
  handler: async ({ tx, accountId, actingUser, params, deps }) => {
    const found = await readEnrollment(tx, accountId, params.id, actingUser);
    if (found === undefined) return refuseUnknown('enrollment');
    return { status: 200, body: showEnrollment(found, deps.workflows.runUrl) };
  },
});
