import { newId } from '../../../db/new-id.js';
import { insertList } from '../../../db/queries/lists.js';
import { requireFilter } from '../../../usecases/contact/check-filter.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { listInput, listReply, showList } from '../../shapes/list.js';
import { requireRelatives } from '../../../usecases/contact/write-contact.js';
import { note } from '../../../usecases/log.js';

export const createList = defineEndpoint({
  method: 'POST',
  path: '/v1/lists',
  summary: 'Make a static or an active list of contacts',
  tag: 'lists',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: listInput,
  replies: { 201: listReply },
  refusals: ['CONFLICT', 'NOT_FOUND'],
  handler: async (call) => {
    const { tx, accountId, body, now, actingUser } = call;
    await requireRelatives(call, { ownerId: body.ownerId });
    await requireFilter(call, body.filter);
    const list = await insertList(tx, {
      accountId,
      id: newId(now),
      kind: body.kind,
      name: body.name,
      ownerId: body.ownerId === undefined ? (actingUser?.id ?? null) : body.ownerId,
      filter: body.filter ?? null,
      createdAt: now,
      updatedAt: now,
    });
    await note(call, { subject: 'list', id: list.id, type: 'created', data: { kind: list.kind } });
    return { status: 201, body: showList(list), headers: { location: `/v1/lists/${list.id}` } };
  },
});
