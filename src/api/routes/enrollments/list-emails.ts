import { z } from 'zod';
import { listEmails } from '../../../db/queries/emails.js';
import { readEnrollment } from '../../../db/queries/enrollments/read.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams, instantShape } from '../../shapes/common.js';
import { emailReply, showEmail } from '../../shapes/email.js';

const position = z.strictObject({ at: instantShape, id: z.uuid() });

export const listEnrollmentEmails = defineEndpoint({
  method: 'GET',
  path: '/v1/enrollments/{id}/emails',
  operationId: 'listEnrollmentEmails',
  summary: 'List the emails of an enrollment',
  description:
    'Its automated emails and those of its tasks, from when each was rendered, the earliest first and without bodies: at most one for each step.',
  tag: 'emails',
  scope: 'read',
  actingUser: 'optional',
  params: idParams,
  query: pageQuery,
  body: nothing,
  replies: { 200: pageOf(emailReply).meta({ id: 'EmailPage' }) },
  refusals: ['NOT_FOUND', 'INVALID_CURSOR'],
  handler: async ({ tx, accountId, actingUser, params, query }) => {
    const enrollmentId = params.id;
    if ((await readEnrollment(tx, accountId, enrollmentId, actingUser)) === undefined) {
      return refuseUnknown('enrollment');
    }
    const identity = { accountId, list: 'emails', query: { enrollmentId } };
    const after = readCursor(position, identity, query.after);
    const rows = await listEmails(
      tx,
      { accountId, enrollmentId },
      { limit: query.limit + 1, after },
    );
    const page = cutPage(rows, query.limit, identity, ({ send }) => ({
      at: send.reservedAt,
      id: send.id,
    }));
    return { status: 200, body: { results: page.rows.map(showEmail), paging: page.paging } };
  },
});
