import { countItemsOf, moveItems } from '../../../db/queries/bulk-enrollment-items.js';
import { confirmBulk } from '../../../db/queries/bulk-enrollments.js';
import { lockDraft, requireOpenSequence, requireSomebody } from '../../../usecases/bulk/draft.js';
import { pageOfDryRun } from './page-of-dry-run.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkReply, dryRunPage, showBulk } from '../../shapes/bulk-enrollment.js';
import { idParams } from '../../shapes/common.js';
import { pagedDryRunQuery } from '../../shapes/dry-run.js';
import { note } from '../../../usecases/log.js';

export const confirmBulkEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/bulk-enrollments/{id}/confirm',
  summary: 'Enroll all contacts of a draft',
  description:
    'If-Match names the version that was seen. 202: they are enrolled one after the other, each with a result of its own, in the version of the sequence that is current now. Those that were refused one by one are tried again. With `dryRun=true`: what would become of each, and nothing is kept.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'if_match',
  params: idParams,
  query: pagedDryRunQuery,
  body: nothing,
  replies: { 200: dryRunPage, 202: bulkReply },
  refusals: [
    'FORBIDDEN_PERMISSION',
    'BULK_EMPTY',
    'BULK_INVALID_STATE',
    'SEQUENCE_NOT_ACTIVE',
    'INVALID_CURSOR',
  ],
  handler: async (call) => {
    const { tx, accountId, now, ports, query } = call;
    const confirmedById = call.requireActingUser().id;
    const draft = await lockDraft(call, call.params.id);
    call.requireVersion(draft.version);
    const { version: sequenceVersion } = await requireOpenSequence(call, draft.sequenceId);
    requireSomebody(await countItemsOf(tx, draft));
    if (query.dryRun === 'true') {
      const list = `bulk-enrollments/${draft.id}/dry-run`;
      return { status: 200, body: await pageOfDryRun(call, draft, { ...query, list }) };
    }
    const open = { state: 'pending', refusal: null, settledAt: null } as const;
    await moveItems(tx, draft, ['refused'], open);
    const counts = await countItemsOf(tx, draft);
    const bulk = await confirmBulk(tx, draft, { sequenceVersion, confirmedById, at: now });
    const data = { sequenceVersion, contacts: counts.pending ?? 0 };
    await note(call, { subject: 'bulk', id: bulk.id, type: 'confirmed', data });
    call.afterCommit(async () => {
      await ports.workflows.deliver({ kind: 'bulk', accountId, id: bulk.id });
      return undefined;
    });
    return { status: 202, body: showBulk(bulk, counts, ports.workflows.bulkRunUrl) };
  },
});
