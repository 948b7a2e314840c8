import { findEmail } from '../../../db/queries/emails.js';
import { readMail } from '../../../mail/read-mail.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { emailDetailReply, showEmailDetail } from '../../shapes/email.js';

export const getEmail = defineEndpoint({
  method: 'GET',
  path: '/v1/emails/{id}',
  operationId: 'getEmail',
  summary: 'Read an email',
  description:
    'One email of an enrollment as it was rendered, with its HTML and its plain text. Whoever may see the enrollment may see it.',
  tag: 'emails',
  scope: 'read',
  actingUser: 'optional',
  // The longest mail, of 200,000 characters, takes the process 0.1 s to read.
  heavy: true,
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: emailDetailReply },
  refusals: ['NOT_FOUND'],
  handler: async ({ tx, accountId, actingUser, params }) => {
    const found = await findEmail(tx, accountId, params.id, actingUser);
    if (found === undefined) return refuseUnknown('email');
    const read = found.send.textErasedAt === null ? await readMail(found.raw) : null;
    return { status: 200, body: showEmailDetail(found, read) };
  },
});
