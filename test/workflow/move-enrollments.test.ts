import { Client } from '@temporalio/client';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateQuery } from '../../src/contract/messages.js';
import { enrollments, outbox } from '../../src/db/schema/index.js';
import { skipToEnd } from '../../src/local/time-skipping.js';
import { eventually } from '../support/eventually.js';
import { lines, readRecords, type EnrollmentRecords } from '../support/records.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

const dayMs = 86_400_000;
/** More than are told before an edit is answered; chunks of hundreds are tested where no workflow runs. */
const crowd = 25;
/** A crowd takes its time on a machine that does other things too. */
const patienceMs = 60_000;
/** So many of the crowd wait for the step that is deleted. */
const atDeleted = 5;

const before = [
  emailStep('one', 0),
  emailStep('two', 3),
  emailStep('gone', 1),
  callStep('call', 1, false),
  emailStep('last', 2),
];
const after = [
  emailStep('one', 0),
  emailStep('two', 5),
  emailStep('last', 3),
  callStep('call', 2, false),
];

describe('enrollments that an edit moves', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;
  beforeAll(async () => {
    // No more at once than it has connections: on a busy machine an email that gets none in time is put off for a minute.
    stack = await startStack({ worker: { maxConcurrentActivities: 8 } });
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterAll(() => stack.close());

  const handleOf = (id: string) => client.workflow.getHandle(`enrollment/${id}`);
  async function enroll(sequenceId: string): Promise<string> {
    const contact = { id: await stack.api.contact() };
    return (await stack.api.enroll(user.id, { sequenceId, contact })).id;
  }
  const stepIs = (id: string, stepId: string) =>
    eventually(
      () => stack.api.enrollment(id),
      ({ currentStep }) => currentStep?.id === stepId,
    );
  const everybodyTold = () =>
    eventually(
      () => stack.db.$count(outbox),
      (words) => words === 0,
      patienceMs,
    );
  async function edit(sequenceId: string, steps: readonly object[]): Promise<unknown> {
    const path = `/v1/sequences/${sequenceId}?applyTo=active`;
    const body = { name: 'Moved', steps, settings: anyTime };
    return (await stack.api.request('PUT', path, body, user.id)).body['movedEnrollments'];
  }

  it('EDT-10: a sleeping workflow wakes and shows the new date and steps, and ends when none is left; a paused one too', async () => {
    const body = { name: 'Moved', steps: before, settings: anyTime };
    const sequenceId = await stack.api.sequence(user.id, body);
    const [waits, pauses] = [await enroll(sequenceId), await enroll(sequenceId)];
    for (const id of [waits, pauses]) await stepIs(id, 'two');
    await stack.api.request('POST', `/v1/enrollments/${pauses}/pause`, {}, user.id);
    expect(await edit(sequenceId, [...after, emailStep('new', 1)])).toBe(2);
    const { nextAction } = await stack.api.enrollment(waits);
    const status = await eventually(
      () => handleOf(waits).query(stateQuery),
      ({ nextAt }) => nextAt === nextAction?.at,
    );
    expect(status).toMatchObject({ step: { id: 'two', position: 2 } });
    expect(status.summary).toMatch(/^5 days → step 2 of 5, /);
    const details = await handleOf(waits).query<string>('__temporal_workflow_metadata');
    expect(JSON.stringify(details)).toContain('+5 d');
    expect(JSON.stringify(details)).not.toContain('| 6');
    expect((await stack.api.enrollment(pauses)).state).toBe('paused');
    // From the Temporal UI, without an argument, it is a look and no more.
    await handleOf(waits).signal('versionChanged', {});
    // Nothing is left to them: both runs end.
    expect(await edit(sequenceId, [emailStep('one', 0)])).toBe(2);
    for (const id of [waits, pauses]) {
      expect(await handleOf(id).result()).toEqual({ state: 'finished', reason: 'all_steps' });
    }
    const [record] = await readRecords(stack.db, [waits]);
    expect(lines(record?.log ?? [])).toEqual([
      ...['enrolled', 'email_sent one', 'version_changed two'],
      ...['step_skipped two', 'version_changed', 'finished'],
    ]);
  });

  it(`SEQ-01, EDT-10: ${crowd} that wait run each step that is left once, on its new date, and deleted ones never`, async () => {
    const body = { name: 'Moved', steps: before, settings: anyTime };
    const sequenceId = await stack.api.sequence(user.id, body);
    const ids = await Promise.all(Array.from({ length: crowd }, () => enroll(sequenceId)));
    await eventually(
      () => stack.db.$count(enrollments, eq(enrollments.stepId, 'two')),
      (waiting) => waiting === crowd,
      patienceMs,
    );
    await Promise.all(
      ids
        .slice(0, atDeleted)
        .map((id) => stack.api.request('POST', `/v1/enrollments/${id}/skip-step`, {}, user.id)),
    );
    expect(await edit(sequenceId, after)).toBe(crowd);
    await everybodyTold();
    const { connection, namespace } = stack;
    await Promise.all(
      ids.map((id) => skipToEnd({ connection, namespace, workflowId: `enrollment/${id}` })),
    );
    const records = await readRecords(stack.db, ids);
    records.forEach((record, index) => {
      checkStory(record, index < atDeleted);
    });
    const mails = stack.catcher.messages().filter(({ subject }) => subject !== 'About new');
    expect(mails.some(({ subject }) => subject === 'About gone')).toBe(false);
    const sent = records.flatMap(({ sends }) => [...sends.values()].map((send) => send.messageId));
    expect(sent).toHaveLength(3 * crowd - atDeleted);
    const counts = new Map<string, number>();
    for (const { messageId = '' } of mails) counts.set(messageId, (counts.get(messageId) ?? 0) + 1);
    expect(sent.filter((messageId) => counts.get(messageId) !== 1)).toEqual([]);
  }, 180_000);

  function checkStory({ row, log, sends, tasks }: EnrollmentRecords, wasAtDeleted: boolean): void {
    expect(row).toMatchObject({ state: 'finished', reason: 'all_steps', sequenceVersion: 2 });
    expect(lines(log)).toEqual([
      ...['enrolled', 'email_sent one'],
      ...(wasAtDeleted
        ? ['step_skipped two', 'step_skipped gone', 'version_changed last']
        : ['version_changed two', 'email_sent two']),
      ...['email_sent last', 'task_created call', 'finished'],
    ]);
    expect([...sends.keys()].sort()).toEqual(
      wasAtDeleted ? ['last', 'one'] : ['last', 'one', 'two'],
    );
    expect(tasks).toHaveLength(1);
    const at = (stepId: string): number =>
      Date.parse(log.find(({ type, stepId: of }) => of === stepId && isRun(type))?.at ?? '');
    const from = wasAtDeleted ? skippedAt(log) : at('one');
    if (!wasAtDeleted) expect(at('two') - from).toSatisfy(isAbout(5 * dayMs));
    expect(at('last') - (wasAtDeleted ? from : at('two'))).toSatisfy(isAbout(3 * dayMs));
    const midnight = Math.floor(at('last') / dayMs + 2) * dayMs;
    expect(at('call') - midnight).toSatisfy(isAbout(0));
  }
  const isRun = (type: string) => type === 'email_sent' || type === 'task_created';
  const skippedAt = (log: EnrollmentRecords['log']) =>
    Date.parse(log.find(({ type }) => type === 'step_skipped')?.at ?? '');
  /** A step runs within its minute, however busy the machine is; a chain of them keeps the planned instants. */
  const isAbout = (wantedMs: number) => (ms: number) => Math.abs(ms - wantedMs) < patienceMs;
});
