import { z } from 'zod';
import { enrollContact } from '../../../usecases/enrollment/enroll-contact.js';
import { pausedByOf } from '../../../usecases/enrollment/paused-by.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { previewEnrollments } from '../../../usecases/preview/preview-enrollments.js';
import { refuseEnrollment } from '../../../usecases/enrollment/refuse-enrollment.js';
import { requireSource } from '../../../usecases/enrollment/require-source.js';
import { dryRunField } from '../../shapes/dry-run.js';
import { enrollmentInput, enrollmentReply, showEnrollment } from '../../shapes/enrollment.js';
import { previewReply, showPreview } from '../../shapes/enrollment-preview.js';

export const createEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/enrollments',
  operationId: 'enrollContact',
  summary: 'Enroll a contact in a sequence',
  description:
    'Nothing is sent before this succeeds. 201: the run has begun. 202: the enrollment is kept and begins as soon as Temporal can be reached. With `dryRun=true`: the preview of this one contact (`POST /v1/enrollments/preview`), and nothing is kept; a refusal is a part of it then.',
  tag: 'enrollments',
  scope: 'write',
  actingUser: 'required',
  params: nothing,
  query: z.strictObject({ dryRun: dryRunField }),
  body: enrollmentInput,
  replies: { 200: previewReply, 201: enrollmentReply, 202: enrollmentReply },
  refusals: [
    'NOT_FOUND',
    'SEQUENCE_NOT_ACTIVE',
    'SEQUENCE_EMPTY',
    'STEP_NOT_FOUND',
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
    const { accountId, ports, body } = call;
    const enroller = call.requireActingUser();
    await requireSource(call, body.source);
    const context = { ...call, enroller };
    if (call.query.dryRun === 'true') {
      const { contact, ...common } = body;
      const request = { common, contacts: [contact], completeTasksAfterDays: 0 };
      return { status: 200, body: showPreview(await previewEnrollments(context, request)) };
    }
    const result = await enrollContact(context, body);
    if (result.kind === 'refused') return refuseEnrollment(result.refusal);
    const { listing, start } = result;
    const { id } = listing.row;
    const pausedBy = await pausedByOf(call, listing);
    const target = { kind: 'enrollment', accountId, id } as const;
    call.statusAfterCommit(async () => {
      const told = await ports.workflows.deliver(target, start);
      return told === 'pending' ? 202 : undefined;
    });
    return {
      status: 201,
      body: showEnrollment(listing, ports.workflows.runUrl, pausedBy),
      headers: { location: `/v1/enrollments/${id}` },
    };
  },
});
