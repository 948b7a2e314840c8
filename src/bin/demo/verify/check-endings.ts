import { Client } from '@temporalio/client';
import { z } from 'zod';
import { enrollmentWorkflowId } from '../../../contract/enrollment.js';
import { pageOf } from '../../../api/http/cursor.js';
import { taskReply } from '../../../api/shapes/task.js';
import type { Role } from '../cast.js';
import { entryOf, type Life } from '../life.js';
import type { Stage } from '../stage.js';
import { nameOf } from '../words.js';
import type { Findings } from './findings.js';

interface Ending {
  readonly state: string;
  readonly reason: string;
  /** The steps that ran. */
  readonly steps: readonly string[];
}

const allSteps = ['intro', 'follow-up', 'call', 'connect', 'closing'];
const toTheEnd: Ending = { state: 'finished', reason: 'all_steps', steps: allSteps };

export const endings: Readonly<Record<Role, Ending>> = {
  finishes: toTheEnd,
  replies: { state: 'unenrolled', reason: 'replied', steps: ['intro', 'follow-up'] },
  meets: { state: 'unenrolled', reason: 'meeting_link', steps: ['intro', 'follow-up', 'call'] },
  colleague_replies: { state: 'unenrolled', reason: 'replied', steps: ['intro'] },
  company_replied: { state: 'unenrolled', reason: 'company_replied', steps: ['intro'] },
  paused: toTheEnd,
  late_task: toTheEnd,
};

const outcome = z.object({ state: z.string(), reason: z.string().nullable() });
const resultLimitMs = 15_000;

/** Every enrollment ended as told, in the API and in Temporal alike, and no task is left open. */
export async function checkEndings(
  findings: Findings,
  stage: Stage,
  lives: readonly Life[],
): Promise<void> {
  for (const life of lives) {
    const { person, enrollment } = life;
    const { state, reason, steps } = endings[person.role];
    const name = nameOf(person);
    findings.equal([enrollment.state, enrollment.reason], [state, reason], `${name}'s ending`);
    const ran = life.entries.filter(({ type }) => type === 'email_sent' || type === 'task_created');
    findings.equal(
      ran.map(({ stepId }) => stepId),
      steps,
      `${name}'s steps`,
    );
    const numbers = life.entries.map(({ number }) => number);
    findings.equal(
      numbers,
      numbers.map((_, index) => index + 1),
      `${name}'s timeline has no gaps`,
    );
    findings.equal(await resultOf(stage, life), { state, reason }, `${name}'s workflow`);
  }
  await checkTasks(findings, stage, lives);
  checkColleagues(findings, lives);
}

async function resultOf({ temporal }: Stage, { enrollment }: Life): Promise<unknown> {
  const client = new Client(temporal);
  const handle = client.workflow.getHandle(enrollmentWorkflowId(enrollment.id));
  try {
    const result: unknown = await client.withDeadline(Date.now() + resultLimitMs, () =>
      handle.result(),
    );
    return outcome.parse(result);
  } catch (error) {
    return String(error);
  }
}

/** The call that the meeting made needless was cancelled; LinkedIn requests may stay open after the end. */
async function checkTasks(
  findings: Findings,
  { api }: Stage,
  lives: readonly Life[],
): Promise<void> {
  const { results } = await api.get(pageOf(taskReply), '/v1/tasks?limit=100');
  const calls = results.filter(({ kind }) => kind === 'call');
  for (const { person, enrollment } of lives) {
    const states = calls.filter(({ enrollmentId }) => enrollmentId === enrollment.id);
    const wanted = {
      finished: ['completed'],
      unenrolled: person.role === 'meets' ? ['cancelled'] : [],
    };
    const expected = enrollment.state === 'finished' ? wanted.finished : wanted.unenrolled;
    findings.equal(
      states.map(({ state }) => state),
      expected,
      `${nameOf(person)}'s call task`,
    );
  }
}

function checkColleagues(findings: Findings, lives: readonly Life[]): void {
  const replier = lives.find(({ person }) => person.role === 'colleague_replies');
  const colleague = lives.find(({ person }) => person.role === 'company_replied');
  const through = colleague && entryOf(colleague, 'unenrolled')?.data.throughEnrollmentId;
  findings.equal(through, replier?.enrollment.id, 'the colleague was unenrolled through the reply');
}
