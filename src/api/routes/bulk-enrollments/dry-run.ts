import { lockDraft } from '../../../usecases/bulk/draft.js';
import { pageQuery } from '../../http/cursor.js';
import { pageOfDryRun } from './page-of-dry-run.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { dryRunPage } from '../../shapes/bulk-enrollment.js';
import { idParams } from '../../shapes/common.js';

export const dryRunBulkEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/bulk-enrollments/{id}/dry-run',
  operationId: 'dryRunBulkEnrollment',
  summary: 'See what confirming a draft would come to, contact by contact',
  description:
    'Who would be refused and why, with every missing token, when the first email of each would go out, and every later step with its date. Nothing is kept. Of an import a page at a time, whose first emails are planned as if it were alone. `POST …/confirm?dryRun=true` says the same.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  heavy: true,
  params: idParams,
  query: pageQuery,
  body: nothing,
  replies: { 200: dryRunPage },
  refusals: ['FORBIDDEN_PERMISSION', 'BULK_INVALID_STATE', 'INVALID_CURSOR'],
  handler: async (call) => {
    const draft = await lockDraft(call, call.params.id);
    const list = `bulk-enrollments/${draft.id}/dry-run`;
    return { status: 200, body: await pageOfDryRun(call, draft, { ...call.query, list }) };
  },
});
