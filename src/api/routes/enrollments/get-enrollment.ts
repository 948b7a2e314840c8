import { emailIdsOf } from '../../../db/queries/emails.js';
import { readEnrollment } from '../../../db/queries/enrollments/read.js';
import { readPausedBy } from '../../../db/queries/enrollments/paused-by.js';
import { stepHistory } from '../../../db/queries/enrollments/definition.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { enrollmentDetailReply, showEnrollmentDetail } from '../../shapes/enrollment.js';

export const getEnrollment = defineEndpoint({
  method: 'GET',
  path: '/v1/enrollments/{id}',
  operationId: 'getEnrollment',
  summary: 'Read an enrollment',
  description:
    'Its state and reason, the next action with its time, and the rules that put it there; what it has otherwise than its sequence, and how each step stands.',
  tag: 'enrollments',
  scope: 'read',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: enrollmentDetailReply },
  refusals: ['NOT_FOUND'],
  handler: async ({ tx, accountId, actingUser, params, ports }) => {
    const found = await readEnrollment(tx, accountId, params.id, actingUser);
    if (found === undefined) return refuseUnknown('enrollment');
    const history = await stepHistory(tx, accountId, params.id);
    const emailIds = await emailIdsOf(tx, accountId, params.id);
    const pausedBy = (await readPausedBy(tx, accountId, [found.row])).get(params.id);
    const { runUrl } = ports.workflows;
    const body = showEnrollmentDetail(found, { history, emailIds }, runUrl, pausedBy);
    return { status: 200, body };
  },
});
