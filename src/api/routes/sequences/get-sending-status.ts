import { findAccount } from '../../../db/queries/accounts.js';
import { byOf } from '../../../db/queries/enrollments/paused-by.js';
import { pausesOf } from '../../../db/queries/sending-pauses.js';
import { countStandings, nextEmails } from '../../../db/queries/sequence-sending.js';
import {
  explainSending,
  tallyWaits,
  type StandingCount,
} from '../../../domain/enrollment/sending-status.js';
import type { LiveState } from '../../../domain/enrollment/state.js';
import { readSequence } from '../../../usecases/access.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { scopeOf, showPauses } from '../../shapes/pauses.js';
import { sequenceSendingReply } from '../../shapes/sequence-sending.js';
import { later } from '../../../domain/time/instant.js';

/** An email is sent within seconds of its time; when it is this late, somebody should look. */
const overdueMs = 5 * 60_000;

export const getSequenceSendingStatus = defineEndpoint({
  method: 'GET',
  path: '/v1/sequences/{id}/sending-status',
  operationId: 'getSequenceSendingStatus',
  summary: 'Ask why a sequence sends nothing, or what it sends next',
  description:
    'How many are enrolled and what they wait for, the pauses in force, the next email with its time, and one sentence that sums it up.',
  tag: 'sequences',
  scope: 'read',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: sequenceSendingReply },
  refusals: ['NOT_FOUND'],
  handler: async (call) => {
    const { tx, accountId, now: at } = call;
    const { id } = await readSequence(call, call.params.id);
    const standings = await countStandings(tx, accountId, id);
    const overdueBefore = later(at, -overdueMs);
    const { next, late, overdue } = await nextEmails(tx, accountId, id, { at, overdueBefore });
    const pauses = await pausesOf(tx, accountId, [id]);
    const waits = tallyWaits(standings);
    const account = await findAccount(tx, accountId);
    const known = {
      ...{ at, waits, overdue, late: late ?? null, next: next ?? null },
      timeZone: account?.timeZone ?? 'UTC',
      pauses: pauses.map((pause) => ({ ...byOf(pause), scope: scopeOf(pause) })),
    };
    return {
      status: 200,
      body: {
        at,
        explanation: explainSending(known),
        live: liveBy(standings),
        waitingFor: [...waits],
        pauses: showPauses(pauses),
        nextEmail: next ?? null,
        lateSince: late?.at ?? null,
        overdueEmails: overdue,
        uncertainSends: waits.find(({ rule }) => rule === 'send_uncertain')?.count ?? 0,
      },
    };
  },
});

function liveBy(standings: readonly StandingCount[]): Record<LiveState, number> {
  const of = (wanted: LiveState): number =>
    standings
      .filter(({ state }) => state === wanted)
      .reduce((total, { count }) => total + count, 0);
  return {
    scheduled: of('scheduled'),
    active: of('active'),
    waiting_task: of('waiting_task'),
    paused: of('paused'),
  };
}
