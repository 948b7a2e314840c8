import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMessage } from '../../../src/domain/enrollment/apply-message.js';
import type {
  Decision,
  EnrollmentCase,
  Refusal,
} from '../../../src/domain/enrollment/enrollment.js';
import { messageTypes } from '../../../src/domain/enrollment/message.js';
import { awaitTask, goOn } from '../../../src/domain/enrollment/progress.js';
import { afterSend } from '../../../src/domain/enrollment/send-outcome.js';
import { isLive } from '../../../src/domain/enrollment/state.js';
import { findStep } from '../../../src/domain/sequence/definition.js';
import { by, monday, started } from './cases.js';

const outcomes = ['sent', 'bounced', 'rejected', 'deferred', 'no_connection', 'unknown'] as const;
const deed = fc.record({
  what: fc.constantFrom(...messageTypes, 'due' as const),
  outcome: fc.constantFrom(...outcomes),
  hours: fc.integer({ min: 0, max: 200 }),
});
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

/** One enrollment under test, with the sends that reached the server. */
interface Play {
  current: EnrollmentCase;
  at: number;
  readonly sends: { readonly stepId: string; readonly after: string }[];
  readonly log: string[];
}

function adopt(play: Play, result: Decision | Refusal): void {
  if (result.kind === 'refusal') return;
  play.log.push(...result.log.map(({ type }) => type));
  const closing = result.taskChange;
  const openTasks = play.current.openTasks.filter(
    ({ id }) => closing !== undefined && closing.kind !== 'cancel_open' && closing.taskId !== id,
  );
  play.current = {
    ...play.current,
    standing: result.standing,
    openTasks: closing === undefined ? play.current.openTasks : openTasks,
  };
}

/** What a worker does when a step is due: sends or creates a task, only while the enrollment wants it. */
function runDue(play: Play, { outcome }: Deed, at: string): void {
  const { standing, definition } = play.current;
  if (standing.state !== 'active' || standing.stepId === null || standing.nextAt === null) return;
  play.at = Math.max(play.at, Date.parse(standing.nextAt));
  const now = new Date(Math.max(play.at, Date.parse(at))).toISOString();
  const stepId = standing.stepId;
  const step = findStep(definition, stepId)?.step;
  if (step?.kind === 'automated_email') {
    if (outcome === 'sent') play.sends.push({ stepId, after: standing.state });
    const attempt = { sendId: 's', stepId, attempts: 1 };
    const result = { kind: outcome, smtpCode: 400, problem: 'refused' } as const;
    adopt(play, afterSend(play.current, attempt, result, by(now)));
  } else {
    play.current = { ...play.current, openTasks: [{ id: `task-${stepId}`, stepId }] };
    const waits = step?.waitsForCompletion === true;
    adopt(
      play,
      waits
        ? awaitTask(play.current, stepId, by(now), {})
        : goOn(play.current, stepId, by(now), { type: 'task_created', data: {} }),
    );
  }
}

function perform(deeds: readonly Deed[], check: (play: Play) => void): Play {
  const play: Play = { current: started(), at: Date.parse(monday), sends: [], log: [] };
  deeds.forEach((each, index) => {
    play.at += each.hours * 3_600_000;
    const at = new Date(play.at).toISOString();
    if (each.what === 'due') runDue(play, each, at);
    else
      adopt(play, applyMessage(play.current, { type: each.what, messageId: `${index}` }, by(at)));
    check(play);
  });
  return play;
}

describe('whatever is said to an enrollment, in whatever order', () => {
  const deeds = fc.array(deed, { maxLength: 40 });

  it('SEQ-01: no step is sent twice', () => {
    fc.assert(
      fc.property(deeds, (list) => {
        const { sends } = perform(list, () => undefined);
        const ids = sends.map(({ stepId }) => stepId);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 300 },
    );
  });

  it('ENR-20: an ended enrollment stays ended and sends nothing more', () => {
    fc.assert(
      fc.property(deeds, (list) => {
        let endedAs: string | undefined;
        let sendsAtEnd = 0;
        perform(list, ({ current, sends }) => {
          const { state, reason } = current.standing;
          if (endedAs !== undefined) {
            expect(`${state} ${reason ?? ''}`).toBe(endedAs);
            expect(sends).toHaveLength(sendsAtEnd);
          } else if (!isLive(state)) {
            endedAs = `${state} ${reason ?? ''}`;
            sendsAtEnd = sends.length;
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it('every standing hangs together', () => {
    fc.assert(
      fc.property(deeds, (list) => {
        perform(list, ({ current: { standing } }) => {
          const live = isLive(standing.state);
          expect(standing.endedAt === null).toBe(live);
          expect(standing.stepId !== null).toBe(live);
          expect(standing.pausedState !== null).toBe(standing.state === 'paused');
          if (standing.state !== 'active') expect(standing.nextAt).toBeNull();
          if (standing.state === 'active') expect(standing.nextAt).not.toBeNull();
        });
      }),
      { numRuns: 300 },
    );
  });
});
