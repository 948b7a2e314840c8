import { countItemsOf } from '../../../db/queries/bulk-enrollment-items.js';
import { updateBulk } from '../../../db/queries/bulk-enrollments.js';
import { lockDraft, readPeople, requireOpenSequence } from '../../../usecases/bulk/draft.js';
import { checkDefaults } from '../../../usecases/bulk/choices.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { requireSource } from '../../../usecases/enrollment/require-source.js';
import { bulkPatch, bulkReply, showBulk } from '../../shapes/bulk-enrollment.js';
import { idParams } from '../../shapes/common.js';
import { noteChange } from '../../../usecases/log.js';

export const patchBulkEnrollment = defineEndpoint({
  method: 'PATCH',
  path: '/v1/bulk-enrollments/{id}',
  summary: 'Change what is chosen for all contacts of a draft',
  description: 'Another sender without a mailboxId sends from their first connected personal one.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'if_match',
  params: idParams,
  query: nothing,
  body: bulkPatch,
  replies: { 200: bulkReply },
  refusals: [
    'FORBIDDEN_PERMISSION',
    'BULK_INVALID_STATE',
    'SEQUENCE_NOT_ACTIVE',
    'SENDER_NOT_ELIGIBLE',
  ],
  handler: async (call) => {
    const { tx, body, now, ports } = call;
    const draft = await lockDraft(call, call.params.id);
    call.requireVersion(draft.version);
    const { source, onLimit } = body;
    await requireSource(call, source);
    const defaults =
      body.defaults &&
      (await checkDefaults(call, await requireOpenSequence(call, draft.sequenceId), body.defaults));
    const bulk = await updateBulk(tx, draft, {
      ...(await readPeople(call, body, draft)),
      ...(defaults && { defaults }),
      ...(source && { source: source.kind, sourceId: source.id ?? null }),
      ...(onLimit && { onLimit }),
      version: draft.version + 1,
      updatedAt: now,
    });
    await noteChange(call, 'bulk', [draft, bulk]);
    const counts = await countItemsOf(tx, bulk);
    return { status: 200, body: showBulk(bulk, counts, ports.workflows.bulkRunUrl) };
  },
});
