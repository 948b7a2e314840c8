import type { Tx } from '../../db/client.js';
import {
  beginTrial,
  findMailServer,
  forgetServerFailures,
  noteServerFailure,
  type MailServerRow,
} from '../../db/queries/mail-servers.js';
import type { Mailbox } from '../../db/queries/mailboxes.js';
import { turnAt } from '../../domain/sending/mail-server.js';
import { printable } from '../../domain/sending/printable.js';
import type { Instant } from '../../domain/time/types.js';
import type { SubmitOutcome } from '../../mail/outgoing/port.js';
import type { ActivityDeps } from '../deps.js';
import { noPlaceWith } from '../no-place.js';

/** The way of one attempt to its mail server, asked within a claim. */
export interface ServerWay {
  /** Until when the mailbox's server is left alone; undefined when it may be talked to. Asked first. */
  restsUntil(mailbox: Mailbox): Promise<Instant | undefined>;
  /**
   * Takes a place for the conversation, last in the claim. Throws `NoPlace` when as many mails of the host, the mailbox or the
   * account are being sent as may be at once, so that the claim is rolled back.
   */
  enter(mailbox: Mailbox): Promise<void>;
}

/** What an attempt has to do with its mail server. */
export interface Admission {
  readonly within: (tx: Tx) => ServerWay;
  /** Notes what the conversation says about the server. Never rejects. */
  readonly note: (outcome: SubmitOutcome) => Promise<void>;
  /** Gives the place back. Harmless when there is none. */
  readonly leave: () => void;
}

/** The trial after a rest ends before the others come again. */
const trialMarginMs = 5_000;
/** Another mail has just begun to try the server: it rests again. */
const afterTrialMs = 100;

/** Prepares an attempt of the mail `mailId` for its server: nothing is taken yet. */
export function admission(
  { db, mailPlaces, smtpReadyMs, logger }: ActivityDeps,
  mailId: string,
  now: () => Instant,
): Admission {
  let leave = (): void => undefined;
  let seen: MailServerRow | undefined;
  let met: { readonly mailbox: Mailbox; readonly isTrial: boolean } | undefined;
  const note = async (mailbox: Mailbox, isTrial: boolean, verdict: Verdict): Promise<void> => {
    if (verdict !== 'answers') {
      const failure = { ...verdict, isTrial, now: now() };
      await db.transaction((tx) => noteServerFailure(tx, mailbox, failure));
    } else if (seen !== undefined) {
      await forgetServerFailures(db, mailbox);
    }
  };
  return {
    within: (tx) => ({
      restsUntil: async (mailbox) => {
        seen = await findMailServer(tx, mailbox);
        const turn = turnAt(seen, now());
        return turn.kind === 'wait' ? turn.until : undefined;
      },
      enter: async (mailbox) => {
        leave();
        const { accountId, id: mailboxId, smtpHost, smtpPort } = mailbox;
        const host = `${smtpHost.toLowerCase()}:${smtpPort}`;
        const placed = mailPlaces.take(mailId, {
          accountAtHost: `${accountId} ${host}`,
          host,
          account: accountId,
          mailbox: `${accountId} ${mailboxId}`,
        });
        if (placed.kind === 'full') throw noPlaceWith(placed.by, placed.waitMs);
        ({ leave } = placed);
        const isTrial = turnAt(seen, now()).kind === 'trial';
        const trialMs = smtpReadyMs + trialMarginMs;
        if (isTrial && !(await beginTrial(tx, mailbox, now(), trialMs))) {
          throw noPlaceWith('host', afterTrialMs);
        }
        met = { mailbox, isTrial };
      },
    }),
    note: async (outcome) => {
      const verdict = verdictOn(outcome);
      if (met === undefined || verdict === undefined) return;
      const { mailbox, isTrial } = met;
      if (verdict !== 'answers') {
        const about = { mailboxId: mailbox.id, reason: detailOf(outcome) };
        logger.info(about, 'a mail server could not be used');
      }
      await note(mailbox, isTrial, verdict).catch((error: unknown) => {
        const about = { err: error, mailboxId: mailbox.id };
        logger.warn(about, 'how a mail server does was not noted');
      });
    },
    leave: () => {
      leave();
    },
  };
}

type Verdict = 'answers' | { readonly reason: string; readonly reply: string | null };

const unreachable: Verdict = { reason: 'unreachable', reply: null };

const aboutTheServer = ['timeout', 'dns', 'connection', 'tls', 'protocol', 'not_allowed'] as const;

/**
 * What an outcome says about the server: it answers, it failed, or nothing. Until it has answered EHLO it may be anything that
 * listens, so a port that is closed, silent, somebody else’s or not allowed is told in one and the same way.
 */
function verdictOn(outcome: SubmitOutcome): Verdict | undefined {
  switch (outcome.kind) {
    case 'accepted':
    case 'stopped':
      return 'answers';
    case 'refused':
      if (outcome.stage === 'connect') return unreachable;
      if (outcome.stage !== 'starttls') return 'answers';
      return { reason: outcome.stage, reply: printable(outcome.reply) };
    case 'not_attempted':
    case 'unknown': {
      const reason = aboutTheServer.find((each) => each === outcome.cause.reason);
      if (reason === undefined) return undefined;
      const isKnown = outcome.kind === 'unknown' || outcome.greeted === true;
      return isKnown ? { reason, reply: null } : unreachable;
    }
  }
}

/** What is told to nobody but whoever reads the logs. */
function detailOf(outcome: SubmitOutcome): string {
  return 'cause' in outcome ? outcome.cause.reason : outcome.kind;
}
