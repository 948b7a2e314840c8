import type { MaintenanceActivities, RunsReport } from '../contract/activities.js';
import type { RunStanding } from '../contract/gateway.js';
import type { Target } from '../contract/outbox.js';
import { newId } from '../db/new-id.js';
import { claimLate, lateKinds, unclaimLate } from '../db/queries/late-runs.js';
import { leaveWord, pendingWords, type NewWord } from '../db/queries/outbox.js';
import type { Instant } from '../domain/time/types.js';
import type { ActivityDeps } from './deps.js';
import { withHeartbeat } from './heartbeat.js';

/** At most so many pages of each kind a round, so that a crowd that is late for good reason holds up nothing. */
const pages = 5;
const lanes = 8;

type Checked = 'started' | 'told' | 'left';

/**
 * Looks after the runs of what should have gone on a quarter of an hour ago, page by page. A run that is gone is started
 * again where its row stands, and an enrollment's run that waits is made to look into Postgres; one that is at work is
 * left alone. Whatever was looked after has its turn again after longer and longer waits, so that what is late for good
 * reason, such as a mail server that is down, takes nobody's turn.
 */
export function createCheckRuns(deps: ActivityDeps): MaintenanceActivities['checkRuns'] {
  return ({ at }) =>
    withHeartbeat(async (isCancelled) => {
      const report = { late: 0, started: 0, told: 0 };
      for (const kind of lateKinds) {
        for (let page = 0; page < pages && !isCancelled(); page += 1) {
          const late = await claimLate(deps.db, kind);
          if (late.length === 0) break;
          if (!(await checkPage(deps, late, at, report))) return report;
        }
      }
      return report;
    });
}

/** False when Temporal does not answer: what was not looked after is late still, then. */
async function checkPage(
  deps: ActivityDeps,
  late: readonly Target[],
  at: Instant,
  report: { -readonly [Count in keyof RunsReport]: number },
): Promise<boolean> {
  const rest = [...late];
  const temporal = { isDown: false };
  const lane = async (): Promise<void> => {
    for (let target = rest.shift(); target !== undefined; target = rest.shift()) {
      try {
        const checked = await check(deps, target, at);
        report.late += 1;
        if (checked !== 'left') report[checked] += 1;
      } catch (error) {
        const { kind, id } = target;
        deps.logger.warn({ err: error, target: { kind, id } }, 'a late run was not looked after');
        temporal.isDown ||= !(await deps.temporalAnswers());
        if (temporal.isDown) rest.push(target);
      }
      if (temporal.isDown) return;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (temporal.isDown) await unclaimLate(deps.db, rest);
  return !temporal.isDown;
}

async function check(
  { db, ports, logger }: ActivityDeps,
  target: Target,
  at: Instant,
): Promise<Checked> {
  const { workflows } = ports;
  const standing = await workflows.lookUp(target);
  const word = wordFor(standing, target, at);
  if (word === undefined) return 'left';
  // A word that could not be delivered is owed still, and one is enough.
  const isOwed = (await pendingWords(db, target)).length > 0;
  if (!isOwed) await db.transaction((tx) => leaveWord(tx, [word]));
  await workflows.deliver(target);
  if (standing !== 'gone') return 'told';
  const { kind, id } = target;
  logger.warn({ target: { kind, id } }, 'a run was gone and is started again');
  return 'started';
}

function wordFor(standing: RunStanding, target: Target, at: Instant): NewWord | undefined {
  if (standing === 'gone') return { ...target, message: null };
  if (standing !== 'idle' || target.kind !== 'enrollment') return undefined;
  return { ...target, message: { type: 'versionChanged', messageId: newId(at) } };
}
