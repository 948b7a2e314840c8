import { defineEndpoint, nothing } from '../../endpoint.js';
import { previewEnrollments as preview } from '../../preview-enrollments.js';
import { previewInput, previewReply } from '../../shapes/enrollment-preview.js';

export const previewEnrollments = defineEndpoint({
  method: 'POST',
  path: '/v1/enrollments/preview',
  summary: 'See what enrolling would come to',
  description:
    'For one contact or up to 1,000: whether they would be enrolled or why not, with which zone, sender and mailbox, which tokens have no value, and every step with its date and the rules that put it there. Nothing is sent, reserved or stored, and each contact is looked at as if it were enrolled alone. What then happens is this, as long as nothing else changes.',
  tag: 'enrollments',
  scope: 'read',
  actingUser: 'required',
  params: nothing,
  query: nothing,
  body: previewInput,
  replies: { 200: previewReply },
  refusals: ['NOT_FOUND'],
  handler: async (call) => {
    const { tx, accountId, now, actor, requestId } = call;
    const { contact, contacts, completeTasksAfterDays, ...common } = call.body;
    const cause = { kind: 'request', id: requestId } as const;
    const enroller = call.requireActingUser();
    const body = await preview(
      { tx, accountId, now, actor, cause, enroller },
      { common, contacts: contacts ?? (contact ? [contact] : []), completeTasksAfterDays },
    );
    return { status: 200, body };
  },
});
