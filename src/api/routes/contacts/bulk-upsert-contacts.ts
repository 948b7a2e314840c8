import { upsertContacts } from '../../../usecases/contact/bulk-upsert.js';
import type { ContactRow } from '../../../usecases/contact/upsert-batch.js';
import { refusal, type RowRefusal, type RowResult } from '../../../usecases/row-refusal.js';
import { bulkResult } from '../../shapes/bulk.js';
import { contactUpsert } from '../../shapes/contact.js';
import { fieldErrors, withInput } from '../../http/field-errors.js';
import { oversized } from '../../http/oversized.js';
import type { IncomingRow, StreamEndpoint } from '../../http/stream-endpoint.js';

const maxRows = 10_000;

export const bulkUpsertContacts: StreamEndpoint = {
  method: 'POST',
  path: '/v1/contacts/bulk',
  operationId: 'bulkUpsertContacts',
  summary: 'Add or change many contacts in one call',
  description:
    `NDJSON: a line is a contact as PUT /v1/contacts takes it, at most ${maxRows} rows of 64 kB each and 50 MB in all, within a minute. ` +
    'Rows are worked off in their order while they come, some 200 in a transaction, and answered by a line each; a row that is ' +
    'refused hurts no other. The last line has the totals, with `complete: false` when rows beyond a limit were not taken; ' +
    'without a last line the call was cut off. What was answered is kept, and the call can be repeated.',
  tag: 'contacts',
  scope: 'write',
  actingUser: 'optional',
  heavy: true,
  maxRows,
  row: contactUpsert,
  result: bulkResult,
  refusals: ['FORBIDDEN_PERMISSION'],
  work: async (transact, rows) => {
    const refused: RowResult[] = [];
    const acceptable: ContactRow[] = [];
    for (const row of rows) {
      const checked = check(row);
      if ('input' in checked) acceptable.push(checked);
      else refused.push({ index: row.index, status: 'refused', ...checked });
    }
    const written = await upsertContacts(transact, acceptable);
    return [...refused, ...written].sort((a, b) => a.index - b.index);
  },
};

function check({ index, content }: IncomingRow): ContactRow | RowRefusal {
  if (!content.ok) return content.why;
  const excess = oversized(contactUpsert, content.json);
  const parsed = excess.length > 0 ? undefined : contactUpsert.safeParse(content.json, withInput);
  if (parsed?.success === true) return { index, input: parsed.data };
  const errors = parsed === undefined ? excess : fieldErrors('body', parsed.error);
  return refusal('VALIDATION_FAILED', 'The row has fields that are not acceptable.', errors);
}
