import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaughtMail } from '../../src/local/mail-catcher.js';
import { eventually } from '../support/eventually.js';
import { seededRandom } from '../support/random.js';
import { lines, readRecords, type EnrollmentRecords } from '../support/records.js';
import { anyTime, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { Answer, SeededUser } from '../support/stack-client.js';

/** The second mail follows the first at once; the third keeps the enrollment alive behind it. */
const quickSecond = {
  name: 'A quick second',
  steps: [emailStep('one', 0), emailStep('two', 0), emailStep('three', 2)],
  settings: anyTime,
};
const lanes = 16;
/** How long the mail server holds back its answer to the second mail, at most. */
const heldMs = 60;

/** What a moment counts from, and how far behind it a moment may lie. */
const anchors = {
  /** The first mail is there: the step behind it is being planned, begun, reserved. */
  first: 250,
  /** The second mail's recipient is named: the last look before its first byte comes next. */
  recipient: 30,
  /** The second mail's final dot is there, and its answer is held back. */
  dot: 2 * heldMs,
} as const;
type Anchor = keyof typeof anchors;
const anchorNames = ['first', 'recipient', 'dot'] as const;

interface Racer {
  readonly id: string;
  readonly email: string;
  readonly answer: Answer;
}

describe('what is said while the second mail is being sent', () => {
  const random = seededRandom(20_261_130);
  let stack: Stack;
  let user: SeededUser;
  let sequenceId: string;
  let client: Client;
  /** Whom to wake when an anchor of an address is passed. */
  const watchers = new Map<string, () => void>();
  /** What is done before the recipient of somebody's second mail is answered. */
  const holds = new Map<string, () => Promise<void>>();
  const pass = (anchor: Anchor, email: string | undefined): void => {
    watchers.get(`${anchor} ${email ?? ''}`)?.();
  };

  beforeAll(async () => {
    const begun = new Set<string>();
    stack = await startStack({
      mail: {
        respond: async (stage, { envelope, raw }) => {
          const email = envelope.to[0] ?? '';
          if (stage === 'rcpt') {
            if (begun.has(email)) {
              pass('recipient', email);
              await holds.get(email)?.();
            }
            begun.add(email);
          } else if (stage === 'data' && raw?.includes('Subject: About two')) {
            pass('dot', email);
            await delay(random() * heldMs);
          }
          return undefined;
        },
      },
    });
    user = await stack.api.user(stack.catcher.port);
    sequenceId = await stack.api.sequence(user.id, quickSecond);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
    stack.catcher.onMail(({ envelope, subject }) => {
      if (subject === 'About one') pass('first', envelope.to[0]);
    });
  });
  afterAll(() => stack.close());

  /** Enrolls somebody new, and `speak`s at a random moment of their second mail. */
  async function run(speak: (enrollmentId: string) => Promise<Answer>): Promise<Racer> {
    const email = `${randomUUID()}@contact.example`;
    const anchor = anchorNames[Math.floor(random() * anchorNames.length)] ?? 'first';
    const waitMs = random() * anchors[anchor];
    const passed = new Promise<void>((resolve) => {
      watchers.set(`${anchor} ${email}`, resolve);
    });
    const contactId = await stack.api.contact({ email });
    const enrolling = stack.api.enroll(user.id, { sequenceId, contact: { id: contactId } });
    await passed;
    await delay(waitMs);
    const { id } = await enrolling;
    return { id, email, answer: await speak(id) };
  }

  /** Runs `count` races, a few at a time. */
  async function races(count: number, speak: Parameters<typeof run>[0]): Promise<readonly Racer[]> {
    const racers: Racer[] = [];
    let begun = 0;
    const lane = async (): Promise<void> => {
      while (begun < count) {
        begun += 1;
        racers.push(await run(speak));
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return racers;
  }

  const recordsOf = (racers: readonly Racer[]): Promise<readonly EnrollmentRecords[]> =>
    readRecords(
      stack.db,
      racers.map(({ id }) => id),
    );
  const mailsTo = (email: string): readonly CaughtMail[] =>
    stack.catcher.messages().filter(({ envelope }) => envelope.to[0] === email);

  /** Says something when the second mail's recipient has been named, and lets that be answered only afterwards. */
  async function speakBeforeFirstByte(speak: (id: string) => Promise<Answer>): Promise<Racer> {
    const email = `${randomUUID()}@contact.example`;
    const contactId = await stack.api.contact({ email });
    const enrolling = stack.api.enroll(user.id, { sequenceId, contact: { id: contactId } });
    const answer = await new Promise<Answer>((resolve, reject) => {
      holds.set(email, async () => {
        const spoken = enrolling.then(({ id }) => speak(id));
        spoken.then(resolve, reject);
        await spoken;
      });
    });
    return { id: (await enrolling).id, email, answer };
  }

  it('a reply that is answered before the first byte wins, even while the mail server waits for it', async () => {
    const { id, email, answer } = await speakBeforeFirstByte((one) => stack.api.reply(one));
    expect(answer.status).toBe(200);
    await client.workflow.getHandle(`enrollment/${id}`).result();
    const [records] = await readRecords(stack.db, [id]);
    expect(records?.sends.get('two')?.state).toBe('withdrawn');
    expect(lines(records?.log ?? [])).toEqual(['enrolled', 'email_sent one', 'unenrolled two']);
    expect(mailsTo(email)).toHaveLength(1);
  });

  it('a pause that is answered before the first byte keeps the mail back until it is resumed', async () => {
    const say = (id: string, verb: string): Promise<Answer> =>
      stack.api.request('POST', `/v1/enrollments/${id}/${verb}`, {}, user.id);
    const { id, email, answer } = await speakBeforeFirstByte((one) => say(one, 'pause'));
    expect(answer.status).toBe(200);
    const ledgerOf = async () => (await readRecords(stack.db, [id]))[0]?.sends.get('two')?.state;
    await eventually(ledgerOf, (state) => state === 'reserved');
    expect(mailsTo(email)).toHaveLength(1);
    holds.delete(email);
    expect((await say(id, 'resume')).status).toBe(200);
    await eventually(ledgerOf, (state) => state === 'sent');
    expect(mailsTo(email)).toHaveLength(2);
  });

  it('worked date 16: a reply finds it unsent, or sent once and then unenrolled, and the log says which', async () => {
    const racers = await races(100, (id) => stack.api.reply(id));
    for (const { answer, id } of racers) {
      expect(answer.status).toBe(200);
      expect(answer.body['effects']).toEqual([
        { enrollmentId: id, state: 'unenrolled', reason: 'replied' },
      ]);
    }
    const outcomes = await Promise.all(
      racers.map(({ id }) => client.workflow.getHandle(`enrollment/${id}`).result()),
    );
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toEqual(
      new Set([JSON.stringify({ state: 'unenrolled', reason: 'replied' })]),
    );
    const counts = { unsent: 0, during: 0, before: 0 };
    const records = await recordsOf(racers);
    for (const [index, { log, sends, row }] of records.entries()) {
      const mails = mailsTo(racers[index]?.email ?? '');
      const second = sends.get('two');
      const kind = howItWent(log);
      counts[kind] += 1;
      expect(row).toMatchObject({ state: 'unenrolled', reason: 'replied', nextAt: null });
      expect(mails.map(({ subject }) => subject)).toEqual(
        kind === 'unsent' ? ['About one'] : ['About one', 'About two'],
      );
      expect(mails.map(({ messageId }) => messageId)).toEqual(
        [sends.get('one'), kind === 'unsent' ? undefined : second].flatMap((send) =>
          send ? [send.messageId] : [],
        ),
      );
      expect(sends.get('one')?.state).toBe('sent');
      expect([undefined, 'withdrawn', 'sent']).toContain(second?.state);
      expect(second?.state === 'sent').toBe(kind !== 'unsent');
      expect(sends.has('three')).toBe(false);
      expect(log.map(({ number }) => number)).toEqual(log.map((_, at) => at + 1));
    }
    process.stdout.write(`replies: ${JSON.stringify(counts)}\n`);
    expect(counts.unsent).toBeGreaterThan(10);
    expect(counts.during).toBeGreaterThan(10);
    expect(counts.before).toBeGreaterThan(10);
  }, 120_000);

  it('a pause keeps the second mail back, once, until it is resumed', async () => {
    const racers = await races(40, (id) =>
      stack.api.request('POST', `/v1/enrollments/${id}/pause`, {}, user.id),
    );
    for (const { answer } of racers) expect(answer.status).toBe(200);
    // What had begun when the pause came may arrive; then all is still.
    const isStill = (records: readonly EnrollmentRecords[]): boolean =>
      records.every(({ sends }) =>
        [...sends.values()].every(({ state }) => state === 'sent' || state === 'reserved'),
      );
    const paused = await eventually(() => recordsOf(racers), isStill);
    const held = paused.filter(({ sends }) => sends.get('two')?.state !== 'sent');
    const arrived = stack.catcher.messages().length;
    const due = await Promise.all(racers.map(({ id }) => stack.api.enrollment(id)));
    expect(new Set(due.map(({ state }) => state))).toEqual(new Set(['paused']));
    expect(new Set(due.map(({ nextAction }) => nextAction))).toEqual(new Set([null]));
    await delay(1_500);
    expect(stack.catcher.messages()).toHaveLength(arrived);
    for (const { row } of held) expect(row.stepId).toBe('two');

    const resumed = await Promise.all(
      racers.map(({ id }) =>
        stack.api.request('POST', `/v1/enrollments/${id}/resume`, {}, user.id),
      ),
    );
    expect(new Set(resumed.map(({ status }) => status))).toEqual(new Set([200]));
    const after = await eventually(
      () => recordsOf(racers),
      (records) => records.every(({ row }) => row.stepId === 'three'),
    );
    const counts = { held: held.length, sent: racers.length - held.length };
    for (const [index, { log, sends }] of after.entries()) {
      const mails = mailsTo(racers[index]?.email ?? '');
      expect(mails.map(({ subject }) => subject)).toEqual(['About one', 'About two']);
      expect(mails[1]?.messageId).toBe(sends.get('two')?.messageId);
      const told = lines(log);
      const wasHeld = held.some(({ row }) => row.id === log[0]?.subjectId);
      expect(told.filter((line) => line === 'email_sent two')).toHaveLength(1);
      expect(told.slice(-2)).toEqual(
        wasHeld ? ['resumed two', 'email_sent two'] : [told.at(-2), 'resumed three'],
      );
    }
    process.stdout.write(`pauses: ${JSON.stringify(counts)}\n`);
    expect(counts.held).toBeGreaterThan(3);
    expect(counts.sent).toBeGreaterThan(3);
  }, 120_000);
});

/** What the log says: the reply came before the second mail began, while it was under way, or when it was done. */
function howItWent(log: EnrollmentRecords['log']): 'unsent' | 'during' | 'before' {
  const told = lines(log.filter(({ stepId }) => stepId !== 'one'));
  const sent = told.indexOf('email_sent two');
  const ended = log.findIndex(({ type }) => type === 'unenrolled');
  expect(ended).toBeGreaterThan(0);
  if (sent < 0) return 'unsent';
  return sent < told.findIndex((line) => line.startsWith('unenrolled')) ? 'before' : 'during';
}
