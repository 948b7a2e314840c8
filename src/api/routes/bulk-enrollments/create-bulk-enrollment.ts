import { countItemsOf } from '../../../db/queries/bulk-enrollment-items.js';
import { insertBulk, type BulkRow } from '../../../db/queries/bulk-enrollments.js';
import { newId } from '../../../db/new-id.js';
import { undone } from '../../../db/undone.js';
import {
  addContacts,
  contactsToAdd,
  readPeople,
  requireBulkRight,
  requireOpenSequence,
  requireSomebody,
} from '../../../usecases/bulk/draft.js';
import { checkDefaults } from '../../../usecases/bulk/choices.js';
import { pageOfDryRun } from './page-of-dry-run.js';
import { defineEndpoint, nothing, type CallContext } from '../../http/endpoint.js';
import { requireActingUser } from '../../../usecases/act.js';
import { requireSource } from '../../../usecases/enrollment/require-source.js';
import {
  bulkInput,
  bulkReply,
  dryRunPage,
  showBulk,
  type BulkInput,
} from '../../shapes/bulk-enrollment.js';
import { pagedDryRunQuery } from '../../shapes/dry-run.js';
import { note } from '../../../usecases/log.js';

export const createBulkEnrollment = defineEndpoint({
  method: 'POST',
  path: '/v1/bulk-enrollments',
  summary: 'Draft a bulk enrollment or an import',
  description:
    'Nobody is enrolled before it is confirmed. Contacts can be added, removed and given choices of their own until then. It is good for those who were met at a trade fair, for inactive accounts that are to be won back, and for a message to a segment; more than 100 contacts come with a warning. With `dryRun=true`: what confirming it would come to for each contact, and nothing is kept.',
  tag: 'bulk-enrollments',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'etag',
  params: nothing,
  query: pagedDryRunQuery,
  body: bulkInput,
  replies: { 200: dryRunPage, 201: bulkReply },
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
    const { tx, query, body, ports } = call;
    if (query.dryRun === 'true') {
      const page = { ...query, list: 'bulk-enrollments/dry-run', query: { body } };
      const tried = await undone(tx, async (savepoint) => {
        const trial = { ...call, tx: savepoint };
        const draft = await createDraft(trial, body);
        requireSomebody(await countItemsOf(savepoint, draft));
        return pageOfDryRun(trial, draft, page);
      });
      const results = tried.results.map((item) => ({ ...item, id: null }));
      return { status: 200, body: { ...tried, results } };
    }
    const bulk = await createDraft(call, body);
    return {
      status: 201,
      body: showBulk(bulk, await countItemsOf(tx, bulk), ports.workflows.bulkRunUrl),
      headers: { location: `/v1/bulk-enrollments/${bulk.id}` },
    };
  },
});

async function createDraft(call: CallContext, body: BulkInput): Promise<BulkRow> {
  const { tx, accountId, now, actingUser } = call;
  const { kind, sequenceId, onLimit } = body;
  const creator = requireActingUser({ actingUser });
  requireBulkRight(call, kind);
  const sequence = await requireOpenSequence(call, sequenceId);
  await requireSource(call, body.source);
  const defaults = await checkDefaults(call, sequence, body.defaults);
  const people = await readPeople(call, body, { senderId: creator.id, mailboxId: null });
  const bulk = await insertBulk(tx, {
    ...people,
    accountId,
    id: newId(now),
    kind,
    sequenceId,
    state: 'draft',
    source: body.source?.kind ?? kind,
    sourceId: body.source?.id ?? null,
    onLimit,
    defaults,
    version: 1,
    createdById: creator.id,
    createdAt: now,
    updatedAt: now,
  });
  const given = await contactsToAdd(call, bulk, body);
  await addContacts(call, { bulk, sequence }, given);
  const data = { kind, sequenceId, contacts: given.contacts.length };
  await note(call, { subject: 'bulk', id: bulk.id, type: 'created', data });
  return bulk;
}
