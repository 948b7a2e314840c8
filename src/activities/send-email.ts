import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import type { EnrollmentActivities, RunStepInput } from '../contract/activities.js';
import type { Correspondence } from '../db/queries/correspondence.js';
import { renewLease, type LeaseRef } from '../db/queries/email-sends.js';
import type { EnrollmentStatus } from '../domain/enrollment/status.js';
import type { SubmitOutcome } from '../mail/port.js';
import { activityClock } from './activity-clock.js';
import type { ActivityDeps } from './deps.js';
import { reserveSend } from './reserve-send.js';
import { enterData, settleSend, type LeasedSend } from './settle-send.js';
import { serverOf } from './smtp-server.js';
import { untilWritten } from './until-written.js';

/**
 * Sends the email of one step, once in effect: claims it, submits it with a last look before the first byte, and settles
 * it; each of the three is one transaction. May be run again at any point: the ledger says how far it got. Where Postgres has
 * no connection for it, nothing was sent before the body, and what the server said is kept until it is written.
 */
export function createSendEmail(deps: ActivityDeps): EnrollmentActivities['sendEmail'] {
  return async (input: RunStepInput): Promise<EnrollmentStatus> => {
    const now = activityClock(input.at);
    const alive = keepAlive(deps);
    try {
      const reservation = await deps.db.transaction((tx) => reserveSend(tx, input, deps, now()));
      if (reservation.kind === 'settled') return reservation.status;
      if (reservation.kind === 'busy') throw stillSending(reservation.waitMs);
      const { send, people } = reservation;
      const leased: LeasedSend = {
        send,
        ref: { accountId: send.accountId, sendId: send.id, fence: send.fence },
      };
      alive.hold(leased.ref);
      const outcome = await submit(deps, leased, people);
      if (outcome.kind === 'not_attempted' && outcome.cause.reason === 'aborted') {
        throw new CancelledFailure('the worker or the workflow is stopping; nothing was sent');
      }
      const settledAt = now();
      return await untilWritten(deps, () =>
        deps.db.transaction((tx) => settleSend(tx, leased, outcome, settledAt)),
      );
    } finally {
      alive.stop();
    }
  };
}

/** Another attempt holds the lease, or died holding it: its outcome can be judged when the lease has run out. */
function stillSending(waitMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'SendInProgress',
    message: 'another attempt of this send may still be talking to the mail server',
    nextRetryDelay: Math.ceil(waitMs) + 50,
  });
}

async function submit(
  deps: ActivityDeps,
  leased: LeasedSend,
  people: Correspondence,
): Promise<SubmitOutcome> {
  const { send, ref } = leased;
  const stop = new AbortController();
  const context = Context.current();
  // Once the body has begun, cutting it off would only make its fate uncertain.
  let begun = false;
  const onCancel = (): void => {
    if (!begun) stop.abort();
  };
  context.cancellationSignal.addEventListener('abort', onCancel);
  try {
    return await deps.transport.submit({
      server: serverOf(deps, people.mailbox),
      envelope: { from: people.mailbox.address, to: send.recipient, dsnEnvelopeId: send.id },
      raw: send.raw,
      signal: stop.signal,
      timeouts: { idleMs: deps.smtpIdleMs },
      beforeData: async () => {
        if (context.cancellationSignal.aborted) return 'stop';
        const answer = await deps.db.transaction((tx) => enterData(tx, { send, ref }));
        begun = answer === 'go';
        return answer;
      },
    });
  } finally {
    context.cancellationSignal.removeEventListener('abort', onCancel);
  }
}

/** Heartbeats until it is stopped, and renews the lease that it is given: while connections are scarce, too. */
function keepAlive(deps: ActivityDeps): {
  readonly hold: (ref: LeaseRef) => void;
  readonly stop: () => void;
} {
  const context = Context.current();
  const held: LeaseRef[] = [];
  const timer = setInterval(
    () => {
      context.heartbeat();
      for (const ref of held) {
        renewLease(deps.db, ref, deps.sendLeaseMs).catch((error: unknown) => {
          deps.logger.warn({ err: error, sendId: ref.sendId }, 'a send lease could not be renewed');
        });
      }
    },
    Math.min(3_000, deps.sendLeaseMs / 4),
  );
  return {
    hold: (ref) => {
      held.push(ref);
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
