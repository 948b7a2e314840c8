import { readNamedSequence } from '../../../usecases/access.js';
import { defaultLimit } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { previewEnrollments as preview } from '../../../usecases/preview/preview-enrollments.js';
import { requireSource } from '../../../usecases/enrollment/require-source.js';
import { pageOfSelection } from '../contacts/page-of-selection.js';
import { previewInput, previewReply, showPreview } from '../../shapes/enrollment-preview.js';

export const previewEnrollments = defineEndpoint({
  method: 'POST',
  path: '/v1/enrollments/preview',
  operationId: 'previewEnrollments',
  summary: 'See what enrolling would come to',
  description:
    'For one contact, up to 1,000 named ones, or any number that a selection holds, a page at a time: whether they would be enrolled or why not, with which zone, sender and mailbox, which tokens have no value, and every step with its date and the rules that put it there. Nothing is sent, reserved or stored, and each contact is looked at as if it were enrolled alone. What then happens is this, as long as nothing else changes.',
  tag: 'enrollments',
  scope: 'read',
  actingUser: 'required',
  heavy: true,
  params: nothing,
  query: nothing,
  body: previewInput,
  replies: { 200: previewReply },
  refusals: ['NOT_FOUND', 'INVALID_CURSOR'],
  handler: async (call) => {
    const { contact, contacts, selection, limit, after, completeTasksAfterDays, ...common } =
      call.body;
    const enroller = call.requireActingUser();
    await requireSource(call, common.source);
    await readNamedSequence(call, common.sequenceId);
    const named = contacts ?? (contact ? [contact] : []);
    const page =
      selection &&
      (await pageOfSelection(call, selection, {
        ...{ list: 'enrollments/preview', limit: limit ?? defaultLimit, after },
      }));
    const previewed = await preview(
      { ...call, enroller },
      {
        ...{ common, completeTasksAfterDays },
        contacts: page ? page.contactIds.map((id) => ({ id })) : named,
      },
    );
    return { status: 200, body: showPreview(previewed, page) };
  },
});
