import { confirmDraft, lockReadyDraft } from '../../../usecases/bulk/confirm-draft.js';
import { pageOfDryRun } from './page-of-dry-run.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkReply, dryRunPage, showBulk } from '../../shapes/bulk-enrollment.js';
import { idParams } from '../../shapes/common.js';
import { pagedDryRunQuery } from '../../shapes/dry-run.js';

export const confirmBulkEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/bulk-enrollments/{id}/confirm',
  operationId: 'confirmBulkEnrollment',
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
    const { params, query } = call;
    if (query.dryRun === 'true') {
      const { draft } = await lockReadyDraft(call, params.id);
      const list = `bulk-enrollments/${draft.id}/dry-run`;
      return { status: 200, body: await pageOfDryRun(call, draft, { ...query, list }) };
    }
    const { bulk, counts } = await confirmDraft(call, params.id);
    return { status: 202, body: showBulk(bulk, counts, call.ports.workflows.bulkRunUrl) };
  },
});
