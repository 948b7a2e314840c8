import type { ActivityDeps } from '../../src/activities/deps.js';
import type { Db } from '../../src/db/client.js';
import { createPublicHolidays } from '../../src/holidays/date-holidays.js';
import { createLogger } from '../../src/observability/logger.js';

/** What activities are built from where nothing is sent and Temporal is always told. */
export function activityDeps(db: Db, sendLeaseMs = 60_000): ActivityDeps {
  const delivered = (): Promise<'delivered'> => Promise.resolve('delivered');
  const logger = createLogger({ level: 'silent' });
  return {
    db,
    transport: { submit: () => Promise.reject(new Error('nothing is sent here')) },
    openSecret: (sealed) => sealed,
    messageIdKey: 'a key of sixteen bytes',
    sendLeaseMs,
    smtpIdleMs: 1000,
    temporalAnswers: () => Promise.resolve(true),
    ports: {
      workflows: {
        deliver: delivered,
        lookUp: () => Promise.resolve('busy'),
        runUrl: (enrollmentId) => `run of ${enrollmentId}`,
        bulkRunUrl: (bulkId) => `run of ${bulkId}`,
      },
      publicHolidays: createPublicHolidays(),
      vault: { seal: (secret) => secret, open: (sealed) => sealed },
      logger,
    },
    logger,
  };
}
