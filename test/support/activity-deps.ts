import type { ActivityDeps } from '../../src/activities/deps.js';
import { batchCaps, createPlaces, mailCaps } from '../../src/activities/places.js';
import type { ClaimTerms } from '../../src/activities/sending/send-under-lease.js';
import { createVault } from '../../src/config/vault.js';
import type { Db } from '../../src/db/client.js';
import { createPublicHolidays } from '../../src/holidays/date-holidays.js';
import { createOutgoingGuard } from '../../src/net/outgoing-guard.js';
import { createLogger } from '../../src/observability/logger.js';

/** What activities are built from where nothing is sent and Temporal is always told. */
export function activityDeps(db: Db, sendLeaseMs = 60_000): ActivityDeps {
  const delivered = (): Promise<'delivered'> => Promise.resolve('delivered');
  const logger = createLogger({ level: 'silent' });
  return {
    db,
    transport: { submit: () => Promise.reject(new Error('nothing is sent here')) },
    messageIdKeys: ['a key of sixteen bytes'],
    sendLeaseMs,
    smtpReadyMs: 1000,
    smtpAcceptMs: 1000,
    keepTextsDays: 90,
    mailPlaces: createPlaces(mailCaps(100)),
    batchPlaces: createPlaces(batchCaps(100)),
    clock: { nowMs: () => Date.now() },
    clocksApartMs: 0,
    quickTries: 5,
    temporalAnswers: () => Promise.resolve(true),
    ports: {
      workflows: {
        deliver: delivered,
        lookUp: () => Promise.resolve('busy'),
        runUrl: (enrollmentId) => `run of ${enrollmentId}`,
        bulkRunUrl: (bulkId) => `run of ${bulkId}`,
      },
      outgoing: createOutgoingGuard(),
      publicHolidays: createPublicHolidays(),
      vault: createVault([Buffer.alloc(32, 1)]),
      logger,
    },
    logger,
  };
}

/** A claim at an instant, to a mail server that anybody may talk to. */
export function termsAt(at: string): ClaimTerms {
  const server = {
    restsUntil: () => Promise.resolve(undefined),
    enter: () => Promise.resolve(),
  };
  return { now: at, limitsNow: at, server };
}
