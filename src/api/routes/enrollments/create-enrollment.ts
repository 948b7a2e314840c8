import { defineEndpoint, nothing } from '../../endpoint.js';
import { enroll } from '../../enroll.js';
import { enrollmentInput, enrollmentReply, showEnrollment } from '../../shapes/enrollment.js';

export const createEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/enrollments',
  summary: 'Enroll a contact in a sequence',
  description:
    'Nothing is sent before this succeeds. 201: the run has begun. 202: the enrollment is kept and begins as soon as Temporal can be reached.',
  tag: 'enrollments',
  scope: 'write',
  actingUser: 'required',
  params: nothing,
  query: nothing,
  body: enrollmentInput,
  replies: { 201: enrollmentReply, 202: enrollmentReply },
  refusals: [
    'NOT_FOUND',
    'SEQUENCE_NOT_ACTIVE',
    'NO_EMAIL',
    'ALREADY_ENROLLED',
    'PREVIOUSLY_BOUNCED',
    'MISSING_TOKENS',
    'ENROLLER_NOT_ELIGIBLE',
    'SENDER_NO_ACCESS',
    'SENDER_NOT_ELIGIBLE',
    'SEND_LIMIT',
  ],
  handler: async (call) => {
    const { accountId, deps, body } = call;
    const { listing, start } = await enroll(call, call.requireActingUser(), body);
    const enrollmentId = listing.row.id;
    call.afterCommit(async () => {
      const told = await deps.workflows.deliver({ accountId, enrollmentId }, start);
      return told === 'pending' ? { status: 202 } : undefined;
    });
    return {
      status: 201,
      body: showEnrollment(listing, deps.workflows.runUrl),
      headers: { location: `/v1/enrollments/${enrollmentId}` },
    };
  },
});
