import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { startApi } from '../src/assembly/start-api.js';
import { startWorker } from '../src/assembly/start-worker.js';
import { enrollmentWorkflowId } from '../src/contract/enrollment.js';
import { isLive } from '../src/domain/enrollment/state.js';
import { fastForward, workflowNow } from '../src/local/time-skipping.js';
import { createStackClient, type StackClient } from '../test/support/stack-client.js';
import { localMail } from '../test/support/local-mail.js';
import { bundleOf } from './support/bundle.js';
import { countHistory, type HistoryCost } from './support/count-history.js';
import { demoSequence } from '../src/local/demo-sequence.js';
import { figureOf, type Aim, type Figure, type Round } from './support/figure.js';
import type { Ground } from './support/ground.js';
import { proceed } from './workflows/chain.js';

const rounds = 5;
const steps = demoSequence.steps.length;
const callStep = 1 + demoSequence.steps.findIndex(({ kind }) => kind === 'call');

/**
 * The least that the sequence can cost: start, first workflow task and end; 11 events and 2 actions a step (timer,
 * activity, and the three workflow tasks' worth of events around them); an update with the activity that sees to it, for
 * the task that is waited for. The chain of timers and activities, run beside it, shows that it is one.
 */
const floor = {
  events: 1 + 3 + steps * 11 + 11 + 1,
  actions: 1 + steps * 2 + 2,
};
/** `EnrollmentState` tells operators that a task is waited for, that it is not any more, and how it ended. */
const stateChanges = 3;
const maxBytes = 30_000;

interface Cost {
  readonly off: HistoryCost;
  readonly on: HistoryCost;
  readonly chain: HistoryCost;
  readonly bareChain: HistoryCost;
}

interface Runner {
  run(): Promise<HistoryCost>;
  stop(): Promise<void>;
}

/** What one enrollment of the demo's sequence leaves in Temporal, from its start to its end. */
export async function measureHistory(ground: Ground): Promise<readonly Figure[]> {
  const runners: Runner[] = [];
  const keep = async (runner: Promise<Runner>): Promise<Runner> => {
    runners.push(await runner);
    return runner;
  };
  try {
    const chain = await keep(startChain(ground, callStep));
    const bareChain = await keep(startChain(ground, undefined));
    const off = await keep(startService(ground, false));
    const on = await keep(startService(ground, true));
    const costs: Cost[] = [];
    for (let round = 0; round < rounds; round += 1) {
      costs.push({
        chain: await chain.run(),
        off: await off.run(),
        bareChain: await bareChain.run(),
        on: await on.run(),
      });
    }
    return figuresOf(costs);
  } finally {
    for (const runner of runners) await runner.stop();
  }
}

function figuresOf(costs: readonly Cost[]): readonly Figure[] {
  const compare = (one: keyof Cost, other: keyof Cost, what: 'events' | 'bytes' | 'actions') =>
    costs.map((cost): Round => ({ value: cost[one][what], baseline: cost[other][what] }));
  const against = (one: keyof Cost, what: 'events' | 'actions') =>
    costs.map((cost): Round => ({ value: cost[one][what], baseline: floor[what] }));
  const exactly = (what: 'events' | 'actions', extra: number, why: string): Aim => ({
    text: `floor${extra === 0 ? '' : ` + ${extra} (${why})`}`,
    met: ({ value }) => value === floor[what] + extra,
  });
  const underLimit: Aim = {
    text: `under ${maxBytes} bytes`,
    met: ({ value }) => value < maxBytes,
  };
  const changes = `${stateChanges} changes of EnrollmentState`;
  const each = `one a step, one for the completed task`;
  return (['events', 'actions'] as const)
    .flatMap((what) => [
      figureOf(
        { name: `history: ${what}, plain chain`, unit: what, aim: exactly(what, 0, '') },
        against('chain', what),
      ),
      figureOf(
        {
          name: `history: ${what}, attributes of each step off`,
          unit: what,
          aim: exactly(what, stateChanges, changes),
        },
        against('off', what),
      ),
      figureOf(
        {
          name: `history: ${what}, attributes of each step on`,
          unit: what,
          aim: exactly(what, steps + 1, each),
        },
        against('on', what),
      ),
      figureOf(
        { name: `history: ${what}, off against 5 timers and 5 activities`, unit: what },
        compare('off', 'bareChain', what),
      ),
    ])
    .concat(
      figureOf(
        { name: 'history: bytes, attributes of each step off', unit: 'bytes', aim: underLimit },
        compare('off', 'chain', 'bytes'),
      ),
      figureOf(
        { name: 'history: bytes, attributes of each step on', unit: 'bytes', aim: underLimit },
        compare('on', 'chain', 'bytes'),
      ),
    );
}

/** Cadenza itself: API, worker and all. One enrollment a run, moved through its weeks from outside. */
async function startService(ground: Ground, searchAttributesEachStep: boolean): Promise<Runner> {
  const clock = { offsetMs: 0 };
  const common = {
    database: { url: ground.databaseUrl, maxConnections: 5 },
    temporal: ground.temporal,
    taskQueue: `history-${randomUUID()}`,
    uiUrl: 'http://temporal.example',
    searchAttributesEachStep,
    encryptionKeys: [ground.encryptionKey],
    outgoing: localMail,
    logger: pino({ level: 'warn' }),
  };
  const api = await startApi({
    ...common,
    http: { host: '127.0.0.1', port: 0 },
    now: () => new Date(Date.now() + clock.offsetMs).toISOString(),
  });
  const worker = await startWorker({
    ...common,
    bundle: await bundleOf('enrollment'),
    messageIdKeys: ['a secret of the benchmarks alone'],
    sendLeaseMs: 20_000,
    smtpReadyMs: 20_000,
    smtpAcceptMs: 600_000,
    maxCachedWorkflows: 10,
    maxConcurrentActivities: 10,
    maxConcurrentSends: 10,
    maxConcurrentBulk: 2,
    shutdownGraceMs: 30_000,
    sweepEverySeconds: 3600,
  });
  const client = createStackClient(api.url, ground.apiKey);
  const user = await client.user(ground.smtpPort);
  const sequenceId = await client.sequence(user.id, demoSequence);
  return {
    run: async () => {
      clock.offsetMs = 0;
      const contact = { id: await client.contact() };
      const { id } = await client.enroll(user.id, { sequenceId, contact });
      const workflowId = enrollmentWorkflowId(id);
      await live(client, { id, userId: user.id, clock }, (seconds) =>
        moveOn(ground, workflowId, seconds),
      );
      const handle = ground.client.workflow.getHandle(workflowId);
      await handle.result();
      return countHistory(handle);
    },
    stop: async () => {
      await worker.stop();
      await api.close();
    },
  };
}

interface Story {
  readonly id: string;
  readonly userId: string;
  /** How far the story is ahead of the machine. */
  readonly clock: { offsetMs: number };
}

/** Takes an enrollment to its end, by moving on whenever it waits and making the call when it is due. */
async function live(
  client: StackClient,
  { id, userId, clock }: Story,
  forward: (seconds: number) => Promise<Date>,
): Promise<void> {
  for (;;) {
    const { state, nextAction } = await client.enrollment(id);
    if (!isLive(state)) return;
    const now = Date.now() + clock.offsetMs;
    const waitMs = nextAction === null ? 0 : Date.parse(nextAction.at) - now;
    if (state === 'waiting_task') {
      const [task] = await client.tasks(`enrollmentId=${id}&state=open`);
      await client.request('POST', `/v1/tasks/${task?.id ?? ''}/complete`, {}, userId);
    } else if (waitMs > 1000) {
      clock.offsetMs = (await forward(Math.ceil(waitMs / 1000) + 1)).getTime() - Date.now();
    } else {
      await delay(10);
    }
  }
}

/**
 * Moves a workflow on once it waits: what tells the server to do so would cause a workflow task of its own if it came
 * during one.
 */
async function moveOn(ground: Ground, workflowId: string, seconds: number): Promise<Date> {
  const handle = ground.client.workflow.getHandle(workflowId);
  for (;;) {
    const { pendingActivities, pendingWorkflowTask } = (await handle.describe()).raw;
    if ((pendingActivities ?? []).length === 0 && !pendingWorkflowTask) break;
    await delay(10);
  }
  const { connection } = ground;
  const target = { connection, namespace: ground.temporal.namespace, workflowId };
  await fastForward({ ...target, seconds });
  return workflowNow(target);
}

/** The baseline: nothing but timers and activities, and the update that the call stands for. */
async function startChain(ground: Ground, waitAfter: number | undefined): Promise<Runner> {
  const { namespace } = ground.temporal;
  const taskQueue = `chain-${randomUUID()}`;
  const connection = await NativeConnection.connect({ address: ground.temporal.address });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: await bundleOf('chain'),
    activities: { work: () => Promise.resolve() },
  });
  const done = worker.run();
  return {
    run: async () => {
      const handle = await ground.client.workflow.start('chain', {
        taskQueue,
        workflowId: `chain/${randomUUID()}`,
        args: waitAfter === undefined ? [steps] : [steps, waitAfter],
      });
      const days = (count: number) => moveOn(ground, handle.workflowId, count * 86_400 + 60);
      if (waitAfter !== undefined) {
        await days(waitAfter);
        await handle.executeUpdate(proceed);
      }
      await days(steps - (waitAfter ?? 0));
      await handle.result();
      return countHistory(handle);
    },
    stop: async () => {
      worker.shutdown();
      await done;
      await connection.close();
    },
  };
}
