import { updateItem } from '../../../db/queries/bulk-enrollment-items.js';
import { lockDraft, openItem, requireOpenSequence, touch } from '../../../usecases/bulk/draft.js';
import { checkOwn } from '../../../usecases/bulk/choices.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import {
  bulkItemPatch,
  bulkItemReply,
  itemParams,
  showItem,
} from '../../shapes/bulk-enrollment.js';
import { note } from '../../../usecases/log.js';

export const patchBulkItem = defineEndpoint({
  method: 'PATCH',
  path: '/v1/bulk-enrollments/{id}/items/{itemId}',
  summary: 'Choose for one contact of a draft what it has otherwise',
  description: 'A contact that was refused waits to be enrolled again.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  params: itemParams,
  query: nothing,
  body: bulkItemPatch,
  replies: { 200: bulkItemReply },
  refusals: ['FORBIDDEN_PERMISSION', 'BULK_INVALID_STATE', 'SEQUENCE_NOT_ACTIVE'],
  handler: async (call) => {
    const { tx, params, body } = call;
    const draft = await lockDraft(call, params.id);
    const found = await openItem(call, draft, params.itemId);
    const sequence = await requireOpenSequence(call, draft.sequenceId);
    const overrides = await checkOwn(call, { bulk: draft, sequence }, body.overrides);
    const change = { overrides, state: 'pending', refusal: null, settledAt: null } as const;
    const row = await updateItem(tx, draft, params.itemId, change);
    const data = { itemId: row.id, contactId: row.contactId };
    await note(call, { subject: 'bulk', id: draft.id, type: 'item_changed', data });
    await touch(call, draft);
    return { status: 200, body: showItem({ ...found, row }) };
  },
});
