import { countItemsOf } from '../../../db/queries/bulk-enrollment-items.js';
import {
  addContacts,
  contactsToAdd,
  lockDraft,
  requireOpenSequence,
  touch,
} from '../../../usecases/bulk/draft.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkItemsInput, bulkReply, showBulk } from '../../shapes/bulk-enrollment.js';
import { idParams } from '../../shapes/common.js';
import { note } from '../../../usecases/log.js';

export const addBulkItems = defineEndpoint({
  method: 'POST',
  path: '/v1/bulk-enrollments/{id}/items',
  summary: 'Add contacts to a draft',
  description:
    'All or none of them; they come behind those that are there. Of a selection, those that are there already stay as they are.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'etag',
  params: idParams,
  query: nothing,
  body: bulkItemsInput,
  replies: { 200: bulkReply },
  refusals: ['FORBIDDEN_PERMISSION', 'BULK_TOO_LARGE', 'BULK_INVALID_STATE', 'SEQUENCE_NOT_ACTIVE'],
  handler: async (call) => {
    const { tx, body, ports } = call;
    const draft = await lockDraft(call, call.params.id);
    const sequence = await requireOpenSequence(call, draft.sequenceId);
    const given = await contactsToAdd(call, draft, body);
    await addContacts(call, { bulk: draft, sequence }, given);
    const data = { contacts: given.contacts.length };
    await note(call, { subject: 'bulk', id: draft.id, type: 'items_added', data });
    const bulk = await touch(call, draft);
    const counts = await countItemsOf(tx, bulk);
    return { status: 200, body: showBulk(bulk, counts, ports.workflows.bulkRunUrl) };
  },
});
