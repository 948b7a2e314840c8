import { makeDraft, tryDraft } from '../../../usecases/bulk/write-draft.js';
import { pageOfDryRun } from './page-of-dry-run.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { bulkAddedReply, bulkInput, dryRunPage, showBulk } from '../../shapes/bulk-enrollment.js';
import { pagedDryRunQuery } from '../../shapes/dry-run.js';

export const createBulkEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/bulk-enrollments',
  operationId: 'createBulkEnrollment',
  summary: 'Draft a bulk enrollment or an import',
  description:
    'Nobody is enrolled before it is confirmed. Contacts can be added, removed and given choices of their own until then. It is good for those who were met at a trade fair, for inactive accounts that are to be won back, and for a message to a segment; more than 100 contacts come with a warning. With `dryRun=true`: what confirming it would come to for each contact, and nothing is kept. A contact that does not exist is answered in `unknownContacts` and holds up none of the others.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'etag',
  params: nothing,
  query: pagedDryRunQuery,
  body: bulkInput,
  replies: { 200: dryRunPage, 201: bulkAddedReply },
  refusals: [
    'NOT_FOUND',
    'FORBIDDEN_PERMISSION',
    'BULK_TOO_LARGE',
    'SEQUENCE_NOT_ACTIVE',
    'SENDER_NOT_ELIGIBLE',
    'BULK_EMPTY',
    'INVALID_CURSOR',
  ],
  handler: async (call) => {
    const { query, body, ports } = call;
    if (query.dryRun === 'true') {
      const page = { ...query, list: 'bulk-enrollments/dry-run', query: { body } };
      const tried = await tryDraft(call, body, async (trial, draft) => ({
        ...(await pageOfDryRun(trial, draft.bulk, page)),
        unknownContacts: [...draft.unknown],
      }));
      const results = tried.results.map((item) => ({ ...item, id: null }));
      return { status: 200, body: { ...tried, results } };
    }
    const { bulk, counts, unknown } = await makeDraft(call, body);
    return {
      status: 201,
      body: {
        ...showBulk(bulk, counts, ports.workflows.bulkRunUrl),
        unknownContacts: [...unknown],
      },
      headers: { location: `/v1/bulk-enrollments/${bulk.id}` },
    };
  },
});
