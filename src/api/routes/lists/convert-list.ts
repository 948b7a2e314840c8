import { addMatching, lockList, updateList } from '../../../db/queries/lists.js';
import { inList } from '../../../db/queries/selection.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { listReply, showList } from '../../shapes/list.js';
import { note } from '../../../usecases/log.js';

export const convertList = defineEndpoint({
  method: 'POST',
  path: '/v1/lists/{id}/convert',
  summary: 'Make an active list static',
  description:
    'It keeps the contacts that its filter holds for now, and loses the filter. A list that is static already stays as it is.',
  tag: 'lists',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: listReply },
  handler: async (call) => {
    const { tx, accountId, params, now, actingUser } = call;
    const list = await lockList(tx, accountId, params.id, 'change');
    if (list === undefined) return refuseUnknown('list');
    if (list.kind === 'static') return { status: 200, body: showList(list) };
    const where = inList(tx, accountId, list, { now, viewer: actingUser });
    await addMatching(tx, list, where, now);
    const change = { kind: 'static', filter: null, updatedAt: now } as const;
    const converted = await updateList(tx, accountId, list.id, change);
    await note(call, { subject: 'list', id: list.id, type: 'converted' });
    return { status: 200, body: showList(converted) };
  },
});
