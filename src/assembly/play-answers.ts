import { eq } from 'drizzle-orm';
import { createVault } from '../config/vault.js';
import type { Db } from '../db/client.js';
import { emailSends } from '../db/schema/index.js';
import { later } from '../domain/time/instant.js';
import { dayMs } from '../domain/time/local-date.js';
import type { Instant } from '../domain/time/types.js';
import { createPublicHolidays } from '../holidays/date-holidays.js';
import type { MailCatcher } from '../local/mail-catcher.js';
import { startSelfAnswering, type GivenAnswer, type SelfAnswer } from '../local/self-answering.js';
import { createOutgoingGuard } from '../net/outgoing-guard.js';
import { openTemporalClient } from '../temporal/connect.js';
import type { Act } from '../usecases/act.js';
import { stopBySuppression } from '../usecases/contact/suppress-address.js';
import { reportEvent } from '../usecases/inbound/report-event.js';
import type { ReportedEvent } from '../usecases/inbound/reported-event.js';
import type { Ports } from '../usecases/ports.js';
import { Refusal } from '../usecases/refusal.js';
import { transactions } from '../usecases/transact.js';
import { databaseService } from './open-database.js';
import { openGateway } from './open-gateway.js';
import { startServices } from './services.js';
import type { ApiOptions } from './start-api.js';

export interface PlayOptions extends Omit<ApiOptions, 'http'> {
  readonly mail: MailCatcher;
  /** How long people take to answer, in milliseconds; four seconds without it. */
  readonly delayMs?: number;
  /** Tells of an answer once it has had its effect. */
  readonly tell?: (answer: SelfAnswer, address: string) => void;
}

const usualDelayMs = 4_000;
/** How long people are away whose absence is played, in milliseconds: three days. */
const awayMs = 3 * dayMs;

/**
 * Plays the part of people in a trial: an address such as `ada+reply@example.com` answers each mail that the local catcher
 * has taken from an enrollment, by the use cases that the API has for it. For `npm start` and the demo alone.
 */
export function playAnswers(options: PlayOptions): Promise<{ stop(): Promise<void> }> {
  const { logger, mail, delayMs = usualDelayMs, tell } = options;
  return startServices(async (services) => {
    const { db, clock } = await services.start('back', databaseService(options.database, logger));
    const temporal = await services.start('back', openTemporalClient(options.temporal));
    const now = options.now ?? (() => new Date(clock.nowMs()).toISOString());
    const ports: Ports = {
      workflows: openGateway(options, db, temporal),
      publicHolidays: createPublicHolidays(),
      vault: createVault(options.encryptionKeys),
      outgoing: createOutgoingGuard(options.outgoing),
      logger,
    };
    const give = async (given: GivenAnswer): Promise<void> => {
      try {
        if (await takeAnswer(given, { db, ports, now: now() })) tell?.(given.answer, given.address);
      } catch (error) {
        // Of an enrollment that has ended meanwhile nothing is left to answer to.
        if (!(error instanceof Refusal)) logger.warn({ err: error }, 'an answer was not played');
      }
    };
    const stopAnswering = startSelfAnswering({ mail, delayMs, give });
    return {
      stop: async () => {
        await stopAnswering();
        await services.stop();
      },
    };
  });
}

interface Where {
  readonly db: Db;
  readonly ports: Ports;
  readonly now: Instant;
}

/** False for a mail that no enrollment has sent. */
async function takeAnswer(
  { answer, address, mail }: GivenAnswer,
  { db, ports, now }: Where,
): Promise<boolean> {
  const { messageId = '' } = mail;
  const [sent] = await db
    .select({ accountId: emailSends.accountId, enrollmentId: emailSends.enrollmentId })
    .from(emailSends)
    .where(eq(emailSends.messageId, messageId));
  if (sent === undefined) return false;
  const transact = transactions(db, {
    ...{ accountId: sent.accountId, now, ports, actingUser: null, scopes: ['write'] },
    ...{ actor: { kind: 'system' }, cause: { kind: 'command' } },
    requireVersion: () => undefined,
    heedVersion: () => undefined,
  });
  await transact((act) =>
    take(act, answer, { address, messageId, enrollmentId: sent.enrollmentId }),
  );
  return true;
}

async function take(
  act: Act,
  answer: SelfAnswer,
  about: { readonly address: string; readonly messageId: string; readonly enrollmentId: string },
): Promise<void> {
  const { address, messageId, enrollmentId } = about;
  if (answer === 'unsubscribe') {
    await stopBySuppression(act, { address, reason: 'unsubscribed' });
    return;
  }
  const id = `${answer} to ${messageId}`.slice(0, 200);
  const what = whatOf(answer, act.now);
  await reportEvent(act, { id, digest: id, enrollmentId, what });
}

function whatOf(answer: Exclude<SelfAnswer, 'unsubscribe'>, now: Instant): ReportedEvent['what'] {
  switch (answer) {
    case 'reply':
      return { type: 'reply' };
    case 'meeting':
      return { type: 'meeting', via: 'link' };
    case 'out_of_office':
      return { type: 'out_of_office', returnAt: later(now, awayMs) };
  }
}
