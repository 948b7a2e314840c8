import { updateItem } from '../../../db/queries/bulk-enrollment-items.js';
import { lockDraft, openItem, touch } from '../../../usecases/bulk/draft.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkItemReply, itemParams, showItem } from '../../shapes/bulk-enrollment.js';
import { note } from '../../../usecases/log.js';

export const removeBulkItem = defineEndpoint({
  method: 'DELETE',
  path: '/v1/bulk-enrollments/{id}/items/{itemId}',
  summary: 'Remove a contact from a draft',
  description: 'The places of the others stay; it can be added again.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  params: itemParams,
  query: nothing,
  body: nothing,
  replies: { 200: bulkItemReply },
  refusals: ['FORBIDDEN_PERMISSION', 'BULK_INVALID_STATE'],
  handler: async (call) => {
    const { tx, params, now } = call;
    const draft = await lockDraft(call, params.id);
    const found = await openItem(call, draft, params.itemId);
    const change = { state: 'removed', overrides: {}, refusal: null, settledAt: now } as const;
    const row = await updateItem(tx, draft, params.itemId, change);
    const data = { itemId: row.id, contactId: row.contactId };
    await note(call, { subject: 'bulk', id: draft.id, type: 'item_removed', data });
    await touch(call, draft);
    return { status: 200, body: showItem({ ...found, row }) };
  },
});
