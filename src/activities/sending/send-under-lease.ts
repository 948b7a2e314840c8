import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import type { Tx } from '../../db/client.js';
import type { Correspondence } from '../../db/queries/correspondence.js';
import { renewLease, type EmailSendRow, type LeaseRef } from '../../db/queries/email-sends.js';
import type { Instant } from '../../domain/time/types.js';
import type { SubmitOutcome } from '../../mail/outgoing/port.js';
import type { ActivityDeps } from '../deps.js';
import { serverOf } from './smtp-server.js';
import { untilWritten } from './until-written.js';

/** A send under its lease. */
export interface LeasedSend {
  readonly send: EmailSendRow;
  readonly ref: LeaseRef;
}

/** What an attempt to send may do: go on under a lease, wait for another attempt, or nothing more. */
export type Claimed<Status> =
  | { readonly kind: 'leased'; readonly send: EmailSendRow; readonly people: Correspondence }
  | { readonly kind: 'busy'; readonly waitMs: number }
  | { readonly kind: 'settled'; readonly status: Status };

/** The three transactions of a send. */
export interface SendSteps<Status> {
  /** Claims it: the ledger says how far an earlier attempt got. */
  claim(tx: Tx, now: Instant): Promise<Claimed<Status>>;
  /** The last look before the first byte of the body. */
  enterData(tx: Tx, leased: LeasedSend, now: Instant): Promise<'go' | 'stop'>;
  /** Writes what became of it. */
  settle(tx: Tx, leased: LeasedSend, outcome: SubmitOutcome, now: Instant): Promise<Status>;
}

/**
 * Sends one mail, once in effect: claims it, submits it with a last look before the first byte, and settles it; each of the
 * three is one transaction. May be run again at any point. Where Postgres has no connection for it, nothing was sent before
 * the body, and what the server said is kept until it is written.
 */
export async function sendUnderLease<Status>(
  deps: ActivityDeps,
  now: () => Instant,
  steps: SendSteps<Status>,
): Promise<Status> {
  const alive = keepAlive(deps);
  try {
    const claimed = await deps.db.transaction((tx) => steps.claim(tx, now()));
    if (claimed.kind === 'settled') return claimed.status;
    if (claimed.kind === 'busy') throw stillSending(claimed.waitMs);
    const { send, people } = claimed;
    const leased: LeasedSend = {
      send,
      ref: { accountId: send.accountId, sendId: send.id, fence: send.fence },
    };
    alive.hold(leased.ref);
    const outcome = await submit(deps, leased, people, (tx) => steps.enterData(tx, leased, now()));
    if (outcome.kind === 'not_attempted' && outcome.cause.reason === 'aborted') {
      throw new CancelledFailure('the worker or the workflow is stopping; nothing was sent');
    }
    const settledAt = now();
    return await untilWritten(deps, () =>
      deps.db.transaction((tx) => steps.settle(tx, leased, outcome, settledAt)),
    );
  } finally {
    alive.stop();
  }
}

/** Another attempt holds the lease, or died holding it: its outcome can be judged when the lease has run out. */
export function stillSending(waitMs: number): ApplicationFailure {
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
  enterData: (tx: Tx) => Promise<'go' | 'stop'>,
): Promise<SubmitOutcome> {
  const { send } = leased;
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
        const answer = await deps.db.transaction(enterData);
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
