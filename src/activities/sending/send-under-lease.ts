import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import type { Tx } from '../../db/client.js';
import type { Mailbox } from '../../db/queries/mailboxes.js';
import type { Instant } from '../../domain/time/types.js';
import type { MailEnvelope, SmtpServer, SubmitOutcome } from '../../mail/outgoing/port.js';
import type { ActivityClock } from '../activity-clock.js';
import type { ActivityDeps } from '../deps.js';
import { claimWithPlace } from '../no-place.js';
import { admission, type ServerWay } from './admission.js';
import { againWhenLost } from './again-when-lost.js';
import { lookLast } from './last-look.js';
import { untilWritten } from './until-written.js';

/** A mail that is ready to go out from a mailbox. */
export interface ReadyMail extends Pick<MailEnvelope, 'to' | 'dsnEnvelopeId'> {
  readonly mailbox: Pick<Mailbox, 'address'>;
  readonly server: SmtpServer;
  readonly raw: Buffer;
  /** The ids that a log entry names it by. */
  readonly ids: object;
}

/** What an attempt to send may do: go on under a lease, wait for another attempt, or nothing more. */
export type Claimed<Lease, Status> =
  | { readonly kind: 'leased'; readonly lease: Lease; readonly mail: ReadyMail }
  | { readonly kind: 'busy'; readonly waitMs: number }
  | { readonly kind: 'settled'; readonly status: Status };

/** What a claim is made with. */
export interface ClaimTerms {
  readonly now: Instant;
  /** The time that send limits count by. */
  readonly limitsNow: Instant;
  readonly server: ServerWay;
}

/** What a kind of mail does in the three transactions of a send, and how it keeps its lease between them. */
export interface SendSteps<Lease, Status> {
  /** The same in all attempts, and no other mail's. */
  readonly mailId: string;
  /** Claims it: its row says how far an earlier attempt got. */
  claim(tx: Tx, terms: ClaimTerms): Promise<Claimed<Lease, Status>>;
  /** Renews the lease of a running attempt; has no effect for one that has lost it. */
  renew(lease: Lease): Promise<void>;
  /** The last look before the first byte of the body; asked again when its commit was lost, or its answer slow. */
  enterData(tx: Tx, lease: Lease, now: Instant): Promise<'go' | 'stop'>;
  /** Writes what became of it. `stopped` means that no byte has left and none will: `enterData` said stop, or the activity was cancelled. */
  settle(tx: Tx, lease: Lease, outcome: SubmitOutcome, now: Instant): Promise<Status>;
}

/**
 * Sends one mail, once in effect: claims it, submits it with a last look before the first byte, and settles it; each of the
 * three is one transaction. May be run again at any point. When Postgres has no connection to spare, a mail that has not
 * reached its body is not sent, and what the server has said is kept until it is written.
 */
export async function sendUnderLease<Lease, Status>(
  deps: ActivityDeps,
  { now, limitsNow }: ActivityClock,
  steps: SendSteps<Lease, Status>,
): Promise<Status> {
  const alive = keepAlive(deps);
  const way = admission(deps, steps.mailId, now);
  try {
    const claimed = await claimWithPlace(deps, steps.mailId, () =>
      deps.db.transaction((tx) =>
        steps.claim(tx, { now: now(), limitsNow: limitsNow(), server: way.within(tx) }),
      ),
    );
    if (claimed.kind === 'settled') return claimed.status;
    if (claimed.kind === 'busy') throw stillSending(claimed.waitMs);
    const { lease, mail } = claimed;
    alive.hold({ renew: () => steps.renew(lease), ids: mail.ids });
    const outcome = await submit(deps, mail, (tx) => steps.enterData(tx, lease, now()));
    const settledAt = now();
    const isAborted = outcome.kind === 'not_attempted' && outcome.cause.reason === 'aborted';
    const known: SubmitOutcome = isAborted ? { kind: 'stopped' } : outcome;
    const status = await untilWritten(deps, () =>
      deps.db.transaction((tx) => steps.settle(tx, lease, known, settledAt)),
    );
    if (isAborted) {
      throw new CancelledFailure('the worker or the workflow is stopping; nothing was sent');
    }
    await way.note(outcome);
    return status;
  } finally {
    way.leave();
    alive.stop();
  }
}

/** Fails this attempt until the lease of another has run out: that one may be sending still, or has died. */
export function stillSending(waitMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'SendInProgress',
    message: 'another attempt of this send may still be talking to the mail server',
    nextRetryDelay: Math.ceil(waitMs) + 50,
  });
}

async function submit(
  deps: ActivityDeps,
  { mailbox, server, raw, to, dsnEnvelopeId }: ReadyMail,
  enterData: (tx: Tx) => Promise<'go' | 'stop'>,
): Promise<SubmitOutcome> {
  const stop = new AbortController();
  const context = Context.current();
  // A body that has begun is not cut off, since nobody would know then whether the mail arrived.
  let begun = false;
  const onCancel = (): void => {
    if (!begun) stop.abort();
  };
  context.cancellationSignal.addEventListener('abort', onCancel);
  try {
    return await deps.transport.submit({
      server,
      envelope: {
        from: mailbox.address,
        to,
        ...(dsnEnvelopeId !== undefined && { dsnEnvelopeId }),
      },
      raw,
      signal: stop.signal,
      timeouts: { readyMs: deps.smtpReadyMs, acceptMs: deps.smtpAcceptMs },
      beforeData: async () => {
        const answer = await lookLast(
          () => againWhenLost(() => deps.db.transaction(enterData)),
          () => context.cancellationSignal.aborted,
        );
        begun = answer === 'go';
        return answer;
      },
    });
  } finally {
    context.cancellationSignal.removeEventListener('abort', onCancel);
  }
}

interface HeldLease extends Pick<ReadyMail, 'ids'> {
  readonly renew: () => Promise<void>;
}

/** Heartbeats until it is stopped, and renews the lease that it is given, even while the send waits for a connection to Postgres. */
function keepAlive({ sendLeaseMs, logger }: Pick<ActivityDeps, 'sendLeaseMs' | 'logger'>): {
  readonly hold: (lease: HeldLease) => void;
  readonly stop: () => void;
} {
  const context = Context.current();
  const held: HeldLease[] = [];
  const timer = setInterval(
    () => {
      context.heartbeat();
      for (const { renew, ids } of held) {
        renew().catch((error: unknown) => {
          logger.warn({ err: error, ...ids }, 'a send lease could not be renewed');
        });
      }
    },
    Math.min(3_000, sendLeaseMs / 4),
  );
  return {
    hold: (lease) => {
      held.push(lease);
    },
    stop: () => {
      clearInterval(timer);
    },
  };
}
