import { countItemsOf } from '../../../db/queries/bulk-enrollment-items.js';
import { insertBulk } from '../../../db/queries/bulk-enrollments.js';
import { newId } from '../../../db/new-id.js';
import {
  addContacts,
  contactsToAdd,
  readPeople,
  requireBulkRight,
  requireOpenSequence,
} from '../../bulk-enrollment.js';
import { checkDefaults } from '../../bulk-choices.js';
import { defineEndpoint, nothing } from '../../endpoint.js';
import { bulkInput, bulkReply, showBulk } from '../../shapes/bulk-enrollment.js';

export const createBulkEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/bulk-enrollments',
  summary: 'Draft a bulk enrollment or an import',
  description:
    'Nobody is enrolled before it is confirmed. Contacts can be added, removed and given choices of their own until then.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'etag',
  params: nothing,
  query: nothing,
  body: bulkInput,
  replies: { 201: bulkReply },
  refusals: [
    'NOT_FOUND',
    'FORBIDDEN_PERMISSION',
    'BULK_TOO_LARGE',
    'SEQUENCE_NOT_ACTIVE',
    'SENDER_NOT_ELIGIBLE',
  ],
  handler: async (call) => {
    const { tx, accountId, now, body, deps } = call;
    const { kind, sequenceId, onLimit } = body;
    const creator = call.requireActingUser();
    requireBulkRight(call, kind);
    const sequence = await requireOpenSequence(call, sequenceId);
    const defaults = await checkDefaults(call, sequence, body.defaults);
    const people = await readPeople(call, body, { senderId: creator.id, mailboxId: null });
    const bulk = await insertBulk(tx, {
      ...people,
      accountId,
      id: newId(now),
      kind,
      sequenceId,
      state: 'draft',
      source: body.source ?? kind,
      onLimit,
      defaults,
      version: 1,
      createdById: creator.id,
      createdAt: now,
      updatedAt: now,
    });
    await addContacts(call, { bulk, sequence }, await contactsToAdd(call, bulk, body));
    return {
      status: 201,
      body: showBulk(bulk, await countItemsOf(tx, bulk), deps.workflows.bulkRunUrl),
      headers: { location: `/v1/bulk-enrollments/${bulk.id}` },
    };
  },
});
