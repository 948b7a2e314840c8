import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { EnrollmentStart } from '../src/contract/enrollment.js';
import { startEnrollment } from '../src/temporal/start-enrollment.js';
import { atOnce } from './support/at-once.js';
import { bundleOf } from './support/bundle.js';
import { startChild, type Child } from './support/child.js';
import { demoSequence } from '../src/local/demo-sequence.js';
import { figureOf, type Figure, type Round } from './support/figure.js';
import type { Ground } from './support/ground.js';

const rounds = 3;
/** How many are cached at each look; their slope leaves out what a worker needs without any workflow. */
const counts = [300, 550, 800, 1050, 1300] as const;
const most = 1.3;
/** Garbage is collected when asked, and neither the young generation nor malloc's arenas grow as they like. */
const steady = {
  flags: ['--expose-gc', '--max-semi-space-size=2'],
  env: { MALLOC_ARENA_MAX: '1' },
};
const starters = 16;

/** How much a worker's resident memory grows with each enrollment that it keeps in its cache. */
export async function measureMemory(ground: Ground): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'cadenza-bench-'));
  try {
    const measure = {
      plain: await prepare(ground, { bundle: 'plain', directory, start: startPlain }),
      enrollment: await prepare(ground, {
        bundle: 'enrollment',
        directory,
        start: startWaiting,
      }),
    };
    const measured: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const baseline = await measure.plain();
      measured.push({ value: await measure.enrollment(), baseline });
    }
    const aim = {
      text: `at most ${most} of a plain workflow`,
      met: ({ ratio }: { readonly ratio: number }) => ratio <= most,
    };
    return [figureOf({ name: 'memory: per cached enrollment', unit: 'kB', aim }, measured)];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Kind {
  readonly bundle: 'plain' | 'enrollment';
  readonly directory: string;
  readonly start: (ground: Ground, taskQueue: string) => Promise<void>;
}

/** kB of resident memory per workflow of one kind: the slope over growing numbers of them in one worker. */
async function prepare(ground: Ground, kind: Kind): Promise<() => Promise<number>> {
  const codePath = join(kind.directory, `${kind.bundle}.js`);
  await writeFile(codePath, (await bundleOf(kind.bundle)).code);
  return async () => {
    const taskQueue = `memory-${randomUUID()}`;
    const worker = startChild('worker-process', steady);
    try {
      const { temporal } = ground;
      const maxCachedWorkflows = 2 * Math.max(...counts);
      await worker.ask(
        { kind: 'start', temporal, taskQueue, codePath, maxCachedWorkflows },
        nothing,
      );
      const cache = { ground, worker, taskQueue, start: kind.start };
      const looks: { readonly x: number; readonly y: number }[] = [];
      for (const count of counts) {
        const more = count - (looks.at(-1)?.x ?? 0);
        looks.push({ x: count, y: (await residentWith(cache, count, more)) / 1000 });
      }
      return slope(looks);
    } finally {
      await worker.stop();
    }
  };
}

interface Cache extends Pick<Kind, 'start'> {
  readonly ground: Ground;
  readonly worker: Child;
  readonly taskQueue: string;
}

/** Starts `more` workflows, waits until `count` are cached, and asks how much memory that takes without garbage. */
async function residentWith(
  { ground, worker, taskQueue, start }: Cache,
  count: number,
  more: number,
): Promise<number> {
  await atOnce(starters, more, () => start(ground, taskQueue));
  await worker.ask({ kind: 'until_cached', count }, nothing);
  const workflowId = `collect/${randomUUID()}`;
  const collected: unknown = await ground.client.workflow.execute('collect', {
    taskQueue,
    workflowId,
  });
  if (collected !== true) throw new Error('garbage cannot be collected in the workflow thread');
  await worker.ask({ kind: 'until_cached', count }, nothing);
  return (await worker.ask({ kind: 'memory' }, memory)).residentBytes;
}

const nothing = z.object({});
const memory = z.object({ residentBytes: z.number() });

/** The slope of the straight line that fits the points best. */
function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const together = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  return together / points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
}

async function startPlain({ client }: Ground, taskQueue: string): Promise<void> {
  await client.workflow.start('waiter', { taskQueue, workflowId: `waiter/${randomUUID()}` });
}

/** Starts an enrollment the way the API does, one that waits for its second step. */
async function startWaiting(ground: Ground, taskQueue: string): Promise<void> {
  const ref = { accountId: randomUUID(), enrollmentId: randomUUID() };
  const installationId = randomUUID();
  const deps = {
    ...{ client: ground.client, taskQueue, searchAttributesEachStep: true },
    installationId: () => Promise.resolve(installationId),
  };
  await startEnrollment(deps, waitingEnrollment(ref), 'unless_completed');
}

function waitingEnrollment(ref: { accountId: string; enrollmentId: string }): EnrollmentStart {
  const nextAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
  return {
    sequenceId: randomUUID(),
    contactId: randomUUID(),
    senderId: randomUUID(),
    sequenceName: demoSequence.name,
    sequenceVersion: 1,
    input: {
      ...ref,
      timeZone: 'America/New_York',
      status: {
        state: 'active',
        reason: null,
        step: { id: 'follow-up', position: 2, kind: 'automated_email' },
        nextAt,
        summary: '3 business days → step 2 of 5, Tue 1 Dec 2026 17:00 New York',
        why: 'Runs step 2 (automated email) on Tue 1 Dec 2026 17:00 New York: 3 business days after step 1.',
      },
      outline: demoSequence.steps.map((step) => ({
        id: step.id,
        kind: step.kind,
        delayDays: 'delayDays' in step ? step.delayDays : 0,
      })),
    },
  };
}
