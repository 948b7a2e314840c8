import { setTimeout as delay } from 'node:timers/promises';
import { and, asc, eq, inArray } from 'drizzle-orm';
import { enrollmentWorkflowId } from '../src/contract/enrollment.js';
import { enrollments, logEntries } from '../src/db/schema/index.js';
import { startMailSink, type MailSink } from '../test/support/mail-sink.js';
import { emailStep } from '../test/support/sequences.js';
import type { SeededUser } from '../test/support/stack-client.js';
import { atOnce } from './support/at-once.js';
import { figureOf, percentile, type Aim, type Figure } from './support/figure.js';
import type { Ground } from './support/ground.js';
import { openService, type Service } from './support/service.js';

const rounds = 3;
const perRound = 100;
const callers = 4;
/** How many mails of the bad host are on their way, and from how many mailboxes. */
const stalled = 100;
const badMailboxes = 25;
const goodMailboxes = 25;
/** So long that the bad host has its places for a whole round; in production they are free again sooner. */
const smtpReadyMs = 600_000;
/** As many as an account may have at once at one host, of the worker's 100 slots. */
const perHost = 12;

const aim: Aim = { text: 'at most 1.2', met: ({ ratio }) => ratio <= 1.2 };

/** Milliseconds of what others do: their first mails, their follow-ups, and their replies until the workflow has closed. */
interface Times {
  readonly mails: number[];
  readonly followUps: number[];
  readonly replies: number[];
}

/**
 * What 100 mails to one host that stalls, or drips a line now and then, cost everybody else: mails, follow-ups and replies of
 * others while those are on their way, against the same without them, in rounds that take turns.
 */
export async function measureBadHost(ground: Ground): Promise<readonly Figure[]> {
  const service = await openService(ground, 4 * rounds * perRound);
  try {
    await service.startWorker({ smtpReadyMs });
    const others = await openOthers(ground, service);
    await measureRound(ground, service, others);
    const measured: { readonly without: Times; readonly beside: Times; readonly act: Act }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const act of acts) {
        const without = await measureRound(ground, service, others);
        measured.push({ act, without, beside: await besideBadHost(ground, service, others, act) });
      }
    }
    return acts.flatMap((act) => {
      const ofAct = measured.filter((one) => one.act === act);
      return (['mails', 'followUps', 'replies'] as const).flatMap((what) =>
        [0.5, 0.95].map((part) =>
          figureOf(
            {
              name: `bad-host: ${names[what]} beside 100 that ${act}, p${100 * part}`,
              unit: 'ms',
              aim,
            },
            ofAct.map(({ without, beside }) => ({
              value: percentile(beside[what], part),
              baseline: percentile(without[what], part),
            })),
          ),
        ),
      );
    });
  } finally {
    await service.stop();
  }
}

const acts = ['stall', 'drip'] as const;
type Act = (typeof acts)[number];
const names = { mails: 'mails', followUps: 'follow-ups', replies: 'replies' } as const;

interface Others {
  readonly sequenceId: string;
  readonly senders: readonly SeededUser[];
}

const steps = [emailStep('one', 0), emailStep('two', 0), emailStep('three', 5)];

async function openOthers({ smtpPort }: Ground, { client }: Service): Promise<Others> {
  const owner = await client.user(smtpPort);
  const sequenceId = await client.sequence(owner.id, {
    name: 'Others',
    steps,
    settings: anyHour,
    sharing: { everyone: 'use' },
  });
  const senders: SeededUser[] = [];
  await atOnce(callers, goodMailboxes, async () => void senders.push(await client.user(smtpPort)));
  return { sequenceId, senders };
}

const anyHour = {
  eligibleFollowUpDays: 'EVERYDAY',
  sendWindowStartMinute: 0,
  sendWindowEndMinute: 1440,
};

/** Enrolls so many, a few at a time; waits until their two mails are out; then all reply, a few at a time. */
async function measureRound(
  { client: temporal }: Ground,
  service: Service,
  others: Others,
): Promise<Times> {
  const ids = await enrollMany(service, others, perRound);
  const { db, client } = service;
  const waiting = and(inArray(enrollments.id, [...ids]), eq(enrollments.stepId, 'three'));
  while ((await db.$count(enrollments, waiting)) < ids.length) await delay(100);
  const times: Times = { mails: [], followUps: [], replies: [] };
  const rows = await db
    .select({ id: logEntries.subjectId, type: logEntries.type, at: logEntries.at })
    .from(logEntries)
    .where(inArray(logEntries.subjectId, [...ids]))
    .orderBy(asc(logEntries.number));
  for (const id of ids) {
    const own = rows.filter((row) => row.id === id);
    const at = (type: string): readonly number[] =>
      own.filter((row) => row.type === type).map((row) => Date.parse(row.at));
    const [enrolled = Number.NaN] = at('enrolled');
    const [one = Number.NaN, two = Number.NaN] = at('email_sent');
    times.mails.push(one - enrolled);
    times.followUps.push(two - one);
  }
  const left = [...ids];
  await atOnce(callers, ids.length, async () => {
    const id = left.pop() ?? '';
    const begun = performance.now();
    const closed = temporal.workflow.getHandle(enrollmentWorkflowId(id)).result();
    await client.reply(id);
    await closed;
    times.replies.push(performance.now() - begun);
  });
  return times;
}

async function enrollMany(
  { client }: Service,
  { sequenceId, senders }: Others,
  count: number,
): Promise<readonly string[]> {
  const ids: string[] = [];
  let next = 0;
  await atOnce(callers, count, async () => {
    const sender = senders[(next += 1) % senders.length];
    const contact = { id: await client.contact() };
    ids.push((await client.enroll(sender?.id ?? '', { sequenceId, contact })).id);
  });
  return ids;
}

/** The same while as many mails as the bad host may have are on their way, and the rest of 100 wait for it. */
async function besideBadHost(
  ground: Ground,
  service: Service,
  others: Others,
  act: Act,
): Promise<Times> {
  const sink = await startMailSink({ at: 'ehlo', act });
  try {
    const bad = await openBad(service, sink);
    const ids = await enrollMany(service, bad, stalled);
    while (openOn(sink) < perHost) await delay(50);
    await tried(ground, ids);
    const times = await measureRound(ground, service, others);
    const left = [...ids];
    await atOnce(callers, ids.length, async () => {
      await service.client.reply(left.pop() ?? '');
    });
    return times;
  } finally {
    await sink.stop();
  }
}

/** Until each has tried its first step: enrolling them is work of theirs, and no harm of the host's. */
async function tried({ client: temporal }: Ground, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const handle = temporal.workflow.getHandle(enrollmentWorkflowId(id));
    for (;;) {
      const { historyLength, raw } = await handle.describe();
      const under = raw.pendingActivities ?? [];
      const isTried = under.every((one) => (one.attempt ?? 1) > 1 || one.lastStartedTime);
      if (isTried && (under.length > 0 || historyLength > historyOfOneTask)) break;
      await delay(100);
    }
  }
}

/** Events of a run that has done nothing yet: its start and its first workflow task. */
const historyOfOneTask = 4;

async function openBad({ client }: Service, sink: MailSink): Promise<Others> {
  const owner = await client.user(sink.port);
  const sequenceId = await client.sequence(owner.id, {
    name: 'Bad host',
    steps,
    settings: anyHour,
    sharing: { everyone: 'use' },
  });
  const senders: SeededUser[] = [];
  await atOnce(callers, badMailboxes, async () => void senders.push(await client.user(sink.port)));
  return { sequenceId, senders };
}

function openOn(sink: MailSink): number {
  return sink.connections() - sink.events().filter((event) => event === 'closed').length;
}
