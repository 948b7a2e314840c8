import type { z } from 'zod';
import { heldBackMs, readLog } from '../../../db/queries/log.js';
import { isForAdmins } from '../../../domain/log/names.js';
import { beginningOfLog, readPosition, writePosition } from '../../../domain/log/position.js';
import { isAdmin, requireScope, requireWholeView } from '../../../usecases/access.js';
import { defineEndpoint, nothing, type CallContext } from '../../http/endpoint.js';
import { refuseCall } from '../../http/problem.js';
import { logPage, logQuery, showLogEntry, subjectsOfAdmins } from '../../shapes/log.js';

export const listLog = defineEndpoint({
  method: 'GET',
  path: '/v1/log',
  operationId: 'listLogEntries',
  summary: 'Read what has happened in the account',
  description:
    'In one order that never changes, from the beginning or from any position on: whoever reads on from the last one gets everything once, with nothing missing, however long they were away. What happened to one enrollment, contact and so on stands in its own order. Read on at once while `paging.more`, and otherwise when you like. What happened to the account, its users and its keys is shown to a key with the scope `admin` alone. Acting users who are no admins read nothing here.',
  tag: 'log',
  scope: 'read',
  actingUser: 'optional',
  params: nothing,
  query: logQuery,
  body: nothing,
  replies: { 200: logPage },
  refusals: ['INVALID_CURSOR', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const { tx, accountId, query } = call;
    const page = await readLog(tx, accountId, {
      after: afterOf(query.after),
      limit: query.limit,
      filed: query.types,
      about: query.subject,
      without: hiddenFrom(call, query),
    });
    return {
      status: 200,
      body: {
        results: page.rows.map((row) => showLogEntry(row, isAdmin(call))),
        paging: { next: { after: writePosition(page.next) }, more: page.more },
        heldBackMs: await heldBackMs(tx),
      },
    };
  },
});

function afterOf(after: string | undefined): typeof beginningOfLog {
  if (after === undefined) return beginningOfLog;
  return (
    readPosition(after) ??
    refuseCall(
      'INVALID_CURSOR',
      'Give `after` as the log returned it: the `position` of an entry, or `paging.next.after`; or begin without it.',
    )
  );
}

/** What the caller does not get to see. Refuses whoever asks for that very thing, and acting users who are no admins. */
function hiddenFrom(
  { actingUser, scopes }: CallContext,
  { types = [], subject }: z.output<typeof logQuery>,
): typeof subjectsOfAdmins {
  if (isAdmin({ actingUser, scopes })) return [];
  requireWholeView({ actingUser }, 'Reading the log');
  const asked = [...types.map((filed) => filed.subject), ...(subject ? [subject.subject] : [])];
  if (asked.some(isForAdmins)) requireScope(scopes, 'admin', 'Reading what admins did');
  return subjectsOfAdmins;
}
