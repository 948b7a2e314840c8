import { Client, type WorkflowHandle } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { stateQuery } from '../../src/contract/messages.js';
import type { EnrollmentMessage } from '../../src/domain/enrollment/message.js';
import { takeMessage } from '../../src/usecases/enrollment/take-message.js';
import { transactions } from '../../src/usecases/transact.js';
import { activityDeps } from '../support/activity-deps.js';
import { eventually } from '../support/eventually.js';
import { readRecord, readRecords } from '../support/records.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';

/** Far enough ahead that every door is through by then. */
const later = new Date(Date.now() + 5 * 86_400_000).toISOString();

type Said = Omit<EnrollmentMessage, 'messageId'>;

/** One happening, as each door is told of it. */
interface Happening {
  readonly said: Said;
  /** What the enrollment waits for: its second mail after two days, or its call. */
  readonly waitsFor: 'mail' | 'call';
  /** Paused by a person before. */
  readonly isPaused?: boolean;
  /** As POST /v1/events reports it; otherwise it has a path of its own. */
  readonly event?: object;
  readonly path?: string;
  readonly body?: object;
  readonly script: readonly object[];
  /** What the simulator tells a colleague; without it nothing happens to colleagues. */
  readonly company?: string;
}

const pausing = { type: 'pause' };
const happenings: Readonly<Record<string, Happening>> = {
  'ENR-20 ENR-22: a reply': {
    said: { type: 'reply' },
    waitsFor: 'mail',
    event: { type: 'reply' },
    script: [{ type: 'reply' }],
    company: 'company_reply',
  },
  'ENR-21 ENR-22: a meeting by a link': {
    said: { type: 'meeting', via: 'link' },
    waitsFor: 'mail',
    event: { type: 'meeting', via: 'link' },
    script: [{ type: 'meeting', via: 'link' }],
    company: 'company_meeting',
  },
  'ENR-21 ENR-22: a meeting that nobody says more of': {
    said: { type: 'meeting' },
    waitsFor: 'mail',
    event: { type: 'meeting' },
    script: [{ type: 'meeting' }],
    company: 'company_meeting',
  },
  'an absence with a return': {
    said: { type: 'outOfOffice', returnAt: later },
    waitsFor: 'mail',
    event: { type: 'out_of_office', returnAt: later },
    script: [{ type: 'out_of_office', returnAt: later }],
  },
  'an absence': {
    said: { type: 'outOfOffice' },
    waitsFor: 'mail',
    event: { type: 'out_of_office' },
    script: [{ type: 'out_of_office' }],
  },
  'a pause': {
    said: { type: 'pause' },
    waitsFor: 'mail',
    path: 'pause',
    script: [pausing],
  },
  'a pause with an end': {
    said: { type: 'pause', until: later },
    waitsFor: 'mail',
    path: 'pause',
    body: { until: later },
    script: [{ type: 'pause', until: later }],
  },
  'a resumption': {
    said: { type: 'resume' },
    waitsFor: 'mail',
    isPaused: true,
    path: 'resume',
    script: [pausing, { type: 'resume' }],
  },
  'an unenrollment': {
    said: { type: 'unenroll' },
    waitsFor: 'mail',
    path: 'unenroll',
    script: [{ type: 'unenroll' }],
  },
  'a skipped step': {
    said: { type: 'skipStep' },
    waitsFor: 'mail',
    path: 'skip-step',
    script: [{ type: 'skip_step' }],
  },
  'a skipped task': {
    said: { type: 'skipStep' },
    waitsFor: 'call',
    path: 'skip-step',
    script: [{ type: 'skip_step' }],
  },
  'TSK-11: a task that is done': {
    said: { type: 'completeTask' },
    waitsFor: 'call',
    path: 'tasks',
    script: [{ type: 'complete_task', stepId: 'first' }],
  },
};

/** What a log says of the happening, without ids, and with times as minutes from it. */
interface Told {
  readonly log: readonly string[];
  readonly data: unknown;
}

const loggedEntry = z.looseObject({
  type: z.string(),
  stepId: z.string().nullable(),
  at: z.string(),
  data: z.record(z.string(), z.unknown()),
});

describe('what happens is one decision, by whatever door it comes', () => {
  let stack: Stack;
  let user: SeededUser;
  let client: Client;

  beforeAll(async () => {
    stack = await startStack();
    user = await stack.api.user(stack.catcher.port);
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterAll(() => stack.close());

  /** Somebody with a colleague in the same sequence, and another in another one. */
  async function makeScene({ waitsFor, isPaused = false }: Happening) {
    const first = waitsFor === 'mail' ? emailStep('first', 0) : callStep('first', 0);
    const steps = [first, emailStep('second', 2), emailStep('third', 3)];
    const settings = { ...anyTime, unenrollCompany: true };
    const sequence = (name: string) => stack.api.sequence(user.id, { name, steps, settings });
    const [sequenceId, otherId] = [await sequence('One'), await sequence('Other')];
    const companyId = await stack.api.company('Acme');
    const enroll = async (into: string) => {
      const id = await stack.api.contact({ companyId });
      return (await stack.api.enroll(user.id, { sequenceId: into, contact: { id } })).id;
    };
    const ids = [await enroll(sequenceId), await enroll(sequenceId), await enroll(otherId)];
    const hasBegun = waitsFor === 'mail' ? 'second' : 'first';
    for (const id of ids) {
      await eventually(
        () => readRecord(stack.db, id),
        ({ row }) => row.stepId === hasBegun && row.lastDoneAt !== null,
      );
    }
    const [own = '', colleague = '', elsewhere = ''] = ids;
    const scene = { sequenceId, own, colleague, elsewhere };
    if (isPaused) await post(`/v1/enrollments/${own}/pause`, {});
    return scene;
  }
  type Scene = Awaited<ReturnType<typeof makeScene>>;

  async function post(path: string, body: object): Promise<Readonly<Record<string, unknown>>> {
    const answer = await stack.api.request('POST', path, body, user.id);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.body;
  }

  type Door = (scene: Scene, happening: Happening) => Promise<void>;

  const api: Door = async ({ own }, { event, path = '', body = {} }) => {
    if (event) {
      await post('/v1/events', { id: randomUUID(), enrollmentId: own, ...event });
    } else if (path === 'tasks') {
      const [task] = (await readRecord(stack.db, own)).tasks;
      await post(`/v1/tasks/${task?.id ?? ''}/complete`, {});
    } else await post(`/v1/enrollments/${own}/${path}`, body);
  };

  /** The run hears of its step a moment after the row has it. */
  async function untilWaiting({ own }: Pick<Scene, 'own'>): Promise<void> {
    const { state } = (await readRecord(stack.db, own)).row;
    await eventually(
      () => client.workflow.getHandle(`enrollment/${own}`).query(stateQuery),
      (run) => run.state === state,
    );
  }

  const signals = ['reply', 'meeting', 'outOfOffice'];
  const temporalUi: Door = async ({ own }, { said: { type, ...argument } }) => {
    const handle: WorkflowHandle = client.workflow.getHandle(`enrollment/${own}`);
    const { eventCount: before } = (await readRecord(stack.db, own)).row;
    await untilWaiting({ own });
    if (signals.includes(type)) await handle.signal(type, argument);
    else await handle.executeUpdate<unknown, [unknown]>(type, { args: [argument] });
    await eventually(
      () => readRecord(stack.db, own),
      ({ row }) => row.eventCount > before,
    );
  };

  const useCase: Door = async ({ own }, { said }) => {
    const transact = transactions(stack.db, {
      accountId: (await readRecord(stack.db, own)).row.accountId,
      now: new Date().toISOString(),
      actor: { kind: 'system' },
      cause: { kind: 'due' },
      actingUser: null,
      scopes: ['admin'],
      requireVersion: () => undefined,
      heedVersion: () => undefined,
      ports: activityDeps(stack.db).ports,
    });
    const message = { ...said, messageId: randomUUID() };
    await transact((act) => takeMessage(act, { enrollmentId: own, message }));
  };

  /** The same for a sequence that is played through: of one contact, told `script` a second after it has come so far. */
  async function simulate({ sequenceId }: Scene, script: readonly object[]): Promise<Told> {
    const from = new Date().toISOString();
    const at = (index: number) => new Date(Date.parse(from) + (index + 1) * 1000).toISOString();
    const life = await post(`/v1/sequences/${sequenceId}/simulate`, {
      from,
      completeTasksAfterDays: null,
      script: script.map((event, index) => ({ ...event, at: at(index) })),
    });
    expect(life['refusedEvents']).toEqual([]);
    const timeline = z.array(loggedEntry).parse(life['timeline']);
    const end = timeline.findLastIndex((entry) => entry.at === at(script.length - 1));
    return told(timeline.slice(0, end + 1));
  }

  const logOf = async (id: string): Promise<Told> =>
    told(z.array(loggedEntry).parse((await readRecord(stack.db, id)).log));

  const outcomeOf = async ({ own, colleague, elsewhere }: Scene) => {
    const records = await readRecords(stack.db, [own, colleague, elsewhere]);
    const rows = records.map(({ row, tasks }) => {
      const { state, reason, stepId, pausedState, pausedUntil, restMs } = row;
      const changed = row.changedAt;
      return {
        ...{ state, reason, stepId, pausedState },
        nextMinutes: minutesFrom(changed, row.nextAt),
        // An absence ends by the calendar, at a time that does not depend on when it was told.
        pausedUntil: pausedUntil === later ? 'later' : minutesFrom(changed, pausedUntil),
        restHours: restMs === null ? null : Math.round(restMs / 3_600_000),
        why: row.why.map(({ rule }) => rule),
        tasks: tasks.map((task) => task.state),
      };
    });
    return { rows, own: await logOf(own), colleague: await logOf(colleague) };
  };

  it('TSK-11: a task that is completed twice is completed once, by the API, the Temporal UI, a use case and a script', async () => {
    const happening: Happening = {
      said: { type: 'completeTask' },
      waitsFor: 'call',
      path: 'tasks',
      script: [],
    };
    const taskOf = async ({ own }: Scene) => (await readRecord(stack.db, own)).tasks[0]?.id ?? '';
    const inUi = async ({ own }: Scene, type: string, argument: object) => {
      const handle: WorkflowHandle = client.workflow.getHandle(`enrollment/${own}`);
      await handle.executeUpdate<unknown, [unknown]>(type, { args: [argument] });
    };
    const doors: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
      api: (scene) => api(scene, happening),
      temporalUi: async (scene) => inUi(scene, 'completeTask', { taskId: await taskOf(scene) }),
      useCase: async (scene) => {
        const said: Said = { type: 'completeTask', taskId: await taskOf(scene) };
        await useCase(scene, { ...happening, said });
      },
    };
    const logs: Record<string, unknown> = {};
    let simulated: Scene | undefined;
    for (const [door, tell] of Object.entries(doors)) {
      const scene = await makeScene(happening);
      simulated = scene;
      await untilWaiting(scene);
      await tell(scene);
      await tell(scene);
      // What is said to a run is taken in its order, so behind this one nothing is left.
      await inUi(scene, 'pause', {});
      await eventually(
        () => readRecord(stack.db, scene.own),
        ({ row }) => row.state === 'paused',
      );
      logs[door] = (await logOf(scene.own)).log;
    }
    const once = ['enrolled ', 'task_created first', 'task_completed first', 'paused second'];
    expect(logs).toEqual({ api: once, temporalUi: once, useCase: once });
    if (simulated === undefined) throw new Error('some door was told');
    const done = { type: 'complete_task', stepId: 'first' };
    expect((await simulate(simulated, [done, done, pausing])).log).toEqual(once);
  });

  describe.each(Object.entries(happenings))('%s', (_name, happening) => {
    it('does the same by the API, the Temporal UI, a use case and a script', async () => {
      const scenes = new Map<string, Scene>();
      const doors: Readonly<Record<string, Door>> = { api, temporalUi, useCase };
      const outcomes: Record<string, Awaited<ReturnType<typeof outcomeOf>>> = {};
      for (const [door, tell] of Object.entries(doors)) {
        const scene = await makeScene(happening);
        scenes.set(door, scene);
        await tell(scene, happening);
        outcomes[door] = await outcomeOf(scene);
      }
      const { api: byApi, temporalUi: byOperator, useCase: byUseCase } = outcomes;
      expect(byOperator).toEqual(byApi);
      expect(byUseCase).toEqual(byApi);
      const scene = scenes.get('api');
      if (scene === undefined) throw new Error('the API was told');
      expect(await simulate(scene, happening.script)).toEqual(byApi?.own);
      const { company } = happening;
      const colleagueScript = company === undefined ? [] : [{ type: company }];
      if (company !== undefined) {
        expect(await simulate(scene, colleagueScript)).toEqual(byApi?.colleague);
      }
      // Company or not, nobody in another sequence is touched (ENR-23).
      expect(byApi?.rows[2]).toMatchObject({
        state: happening.waitsFor === 'mail' ? 'active' : 'waiting_task',
      });
      const [, colleague] = byApi?.rows ?? [];
      expect(colleague?.state === 'unenrolled').toBe(company !== undefined);
    });
  });
});

function told(entries: readonly z.output<typeof loggedEntry>[]): Told {
  const last = entries.at(-1);
  const at = last?.at ?? '';
  return {
    log: entries.map(({ type, stepId }) => `${type} ${stepId ?? ''}`),
    data: withoutIds(at, last?.data ?? {}),
  };
}

/** Facts that are compared as they are; of the others it is compared whether they are there. */
const comparable = ['state', 'reason'];

function withoutIds(at: string, data: Readonly<Record<string, unknown>>): unknown {
  const next = z
    .looseObject({ stepId: z.string(), at: z.string().nullable() })
    .safeParse(data['next']).data;
  const ids = ['taskId', 'sendId', 'throughEnrollmentId'];
  return {
    facts: Object.fromEntries(comparable.map((name) => [name, data[name]])),
    next: next && { stepId: next.stepId, minutes: minutesFrom(at, next.at) },
    has: Object.keys(data)
      .filter((name) => !ids.includes(name))
      .sort(),
  };
}

function minutesFrom(from: string, instant: string | null): number | null {
  return instant === null ? null : Math.round((Date.parse(instant) - Date.parse(from)) / 60_000);
}
