import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeVersion, type MovingCase } from '../../../src/domain/enrollment/change-version.js';
import type { Decision } from '../../../src/domain/enrollment/enrollment.js';
import { noHolidays } from '../../../src/domain/enrollment/enrollment.js';
import { createImpactTally } from '../../../src/domain/enrollment/impact.js';
import { applyMessage } from '../../../src/domain/enrollment/apply-message.js';
import { stepRunTypes } from '../../../src/domain/enrollment/log.js';
import { awaitTask, begin, goOn } from '../../../src/domain/enrollment/progress.js';
import { afterSend } from '../../../src/domain/enrollment/send-outcome.js';
import { isLive } from '../../../src/domain/enrollment/state.js';
import {
  defaultSettings,
  findStep,
  withStep,
  type SequenceDefinition,
} from '../../../src/domain/sequence/definition.js';
import { eligibleDays } from '../../../src/domain/time/types.js';
import { by, call, email, monday } from './cases.js';

const ids = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
/** A step stays an email or a task under its id. */
const anyStep = (id: string) =>
  fc
    .tuple(fc.integer({ min: 0, max: 6 }), fc.boolean())
    .map(([days, waits]) => (id < 'e' ? email(id, days) : call(id, days, waits)));
const anyVersion: fc.Arbitrary<SequenceDefinition> = fc
  .tuple(
    fc.shuffledSubarray([...ids], { minLength: 1 }).chain((some) => fc.tuple(...some.map(anyStep))),
    fc.constantFrom(...eligibleDays),
    fc.integer({ min: 0, max: 12 }),
  )
  .map(([steps, eligibleFollowUpDays, hour]) => ({
    steps,
    settings: {
      ...defaultSettings,
      eligibleFollowUpDays,
      sendWindowStartMinute: hour * 60,
      sendWindowEndMinute: (hour + 8) * 60,
    },
  }));

const deed = fc.record({
  what: fc.constantFrom('due', 'due', 'due', 'begin', 'move', 'pause', 'resume', 'completeTask'),
  hours: fc.integer({ min: 0, max: 100 }),
  to: anyVersion,
});
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

/** One enrollment with its log, and a send that has begun and is not settled. */
interface Play {
  current: MovingCase;
  version: SequenceDefinition;
  at: string;
  /** What has run or was skipped, as the log says, and what really ran, and whether it was in that list before. */
  readonly ran: Set<string>;
  readonly runs: { readonly stepId: string; readonly again: boolean }[];
}

function adopt(play: Play, decision: Decision): void {
  for (const { type, stepId } of decision.log) {
    if (stepId === null || !stepRunTypes.includes(type)) continue;
    if (type !== 'step_skipped') play.runs.push({ stepId, again: play.ran.has(stepId) });
    play.ran.add(stepId);
  }
  const closed = decision.taskChange !== undefined;
  const { standing } = decision;
  const { version } = play;
  const gone = standing.stepId !== null && !findStep(version, standing.stepId);
  play.current = {
    ...play.current,
    standing,
    ran: new Set(play.ran),
    openTasks: closed ? [] : play.current.openTasks,
    definition: gone ? withStep(version, play.current.definition, standing.stepId) : version,
  };
}

function runDue(play: Play): void {
  const { standing, definition, send } = play.current;
  if (standing.state !== 'active' || standing.stepId === null || standing.nextAt === null) return;
  play.at = standing.nextAt > play.at ? standing.nextAt : play.at;
  const { stepId } = standing;
  const step = findStep(definition, stepId)?.step;
  if (step === undefined) throw new Error(`${stepId} is next and nowhere`);
  if (step.kind === 'automated_email') {
    const attempt = { sendId: 's', stepId, attempts: 1 };
    play.current = { ...play.current, send: undefined };
    const decision = afterSend(play.current, attempt, { kind: 'sent' }, by(play.at));
    if (decision.kind === 'decision') adopt(play, decision);
    return;
  }
  expect(send).toBeUndefined();
  play.current = { ...play.current, openTasks: [{ id: `task-${stepId}`, stepId }] };
  const record = { type: 'task_created', data: {} } as const;
  adopt(
    play,
    step.waitsForCompletion
      ? awaitTask(play.current, stepId, by(play.at), {})
      : goOn(play.current, stepId, by(play.at), record),
  );
}

function beginSend({ current, at }: Play): MovingCase['send'] {
  const { standing, definition } = current;
  const due = standing.state === 'active' && standing.nextAt !== null && standing.nextAt <= at;
  const kind = standing.stepId === null ? '' : findStep(definition, standing.stepId)?.step.kind;
  return due && kind === 'automated_email' ? 'begun' : current.send;
}

function move(play: Play, to: SequenceDefinition): Decision {
  const change = { fromVersion: 1, toVersion: 2, definition: to, holidays: noHolidays };
  return changeVersion(play.current, change, { ...by(play.at), messageId: 'm' });
}

function perform(
  first: SequenceDefinition,
  deeds: readonly Deed[],
  check: (play: Play, deed: Deed) => void = () => undefined,
): Play {
  const play: Play = {
    current: {
      standing: begin(first, { at: monday, timeZone: 'America/New_York' }),
      definition: first,
      timeZone: 'America/New_York',
      holidays: noHolidays,
      openTasks: [],
      ran: new Set(),
    },
    version: first,
    at: monday,
    ran: new Set(),
    runs: [],
  };
  deeds.forEach((each, index) => {
    if (!isLive(play.current.standing.state)) return;
    play.at = new Date(Date.parse(play.at) + each.hours * 3_600_000).toISOString();
    check(play, each);
    if (each.what === 'due') runDue(play);
    else if (each.what === 'begin') play.current = { ...play.current, send: beginSend(play) };
    else if (each.what === 'move') {
      const decision = move(play, each.to);
      play.version = each.to;
      adopt(play, decision);
    } else {
      const message = { type: each.what, messageId: `${index}` };
      const decision = applyMessage(play.current, message, by(play.at));
      if (decision.kind === 'decision') adopt(play, decision);
    }
  });
  return play;
}

const deeds = fc.array(deed, { maxLength: 30 });
const plays = (property: (first: SequenceDefinition, list: readonly Deed[]) => void): void => {
  fc.assert(fc.property(anyVersion, deeds, property), { numRuns: 400 });
};

describe('an enrollment that is moved again and again', () => {
  it('SEQ-01: never runs a step twice', () => {
    plays((first, list) => {
      const { runs } = perform(first, list);
      expect(runs.filter(({ again }) => again)).toEqual([]);
    });
  });

  it('has no step next that has run, and always one that it knows', () => {
    plays((first, list) => {
      perform(first, list, ({ current: { standing, definition, ran } }) => {
        if (standing.stepId === null) return;
        expect(findStep(definition, standing.stepId)).toBeDefined();
        const waits = (standing.pausedState ?? standing.state) === 'waiting_task';
        expect(ran.has(standing.stepId)).toBe(waits);
      });
    });
  });

  it('EDT-10: gets no date before the move, unless it is the one it had', () => {
    plays((first, list) => {
      perform(first, list, (play, { to }) => {
        const { nextAt } = move(play, to).standing;
        const had = play.current.standing.nextAt;
        expect(nextAt === null || nextAt === had || nextAt >= play.at).toBe(true);
      });
    });
  });

  it('EDT-10: stands where it stood when the version says the same', () => {
    plays((first, list) => {
      perform(first, list, (play) => {
        const { current, version } = play;
        // The place among the steps is counted anew where one that was deleted is behind.
        const { stepPosition } = current.standing;
        expect({ ...move(play, version).standing, stepPosition }).toEqual(current.standing);
      });
    });
  });

  it('EDT-10: its impact says what the move does', () => {
    plays((first, list) => {
      perform(first, list, (play, { to }) => {
        const { current } = play;
        const tally = createImpactTally(
          { toVersion: 2, definition: to, holidays: noHolidays },
          by(play.at),
        );
        tally.add({ ...current, id: 'e', version: 1 });
        const { counts, examples } = tally.result();
        const { stepId, nextAt: at, why } = move(play, to).standing;
        expect(examples).toMatchObject([{ enrollmentId: 'e', after: { stepId, at, why } }]);
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(1);
      });
    });
  });
});
