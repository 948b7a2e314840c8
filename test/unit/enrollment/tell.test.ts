import { describe, expect, it } from 'vitest';
import type { EnrollmentCase } from '../../../src/domain/enrollment/enrollment.js';
import type { ScriptedEvent } from '../../../src/domain/enrollment/play-through/script.js';
import { tell } from '../../../src/domain/enrollment/play-through/tell.js';
import { definition, monday, started } from './cases.js';

const tuesday = '2026-11-24T15:00:00.000Z';
const none: ReadonlySet<string> = new Set();
const operator = { kind: 'operator' };

const waiting: EnrollmentCase = {
  ...started(),
  standing: {
    ...started().standing,
    state: 'waiting_task',
    stepId: 'call',
    stepPosition: 3,
    nextAt: null,
    lastDoneAt: monday,
  },
  openTasks: [{ id: 'call', stepId: 'call' }],
};
const linked = started({
  ...definition,
  settings: { ...definition.settings, unenrollCompany: true },
});
const ended: EnrollmentCase = {
  ...linked,
  standing: { ...linked.standing, state: 'finished', reason: 'all_steps', stepId: null },
};

describe('a scripted event', () => {
  it.each<readonly [ScriptedEvent['type'], string, EnrollmentCase]>([
    ['reply', 'replied', started()],
    ['meeting', 'meeting_logged', started()],
    ['company_reply', 'company_replied', linked],
    ['company_meeting', 'company_meeting', linked],
  ])('ENR-20 ENR-21 ENR-22: %s unenrolls as %s, as an event that was reported', (...row) => {
    const [type, reason, current] = row;
    expect(tell(current, event(type), tuesday, none)).toMatchObject({
      standing: { state: 'unenrolled', reason, endedAt: tuesday },
      log: [{ type: 'unenrolled', at: tuesday, actor: operator, cause: { kind: 'event' } }],
    });
  });

  it.each<ScriptedEvent['type']>(['reply', 'meeting', 'company_reply', 'company_meeting'])(
    'ENR-20 ENR-21 ENR-22: %s is refused once the enrollment has ended',
    (type) => {
      expect(tell(ended, event(type), tuesday, none)).toMatchObject({ code: 'ENROLLMENT_ENDED' });
    },
  );

  it('ENR-22: of the company is refused where the sequence does not end with it', () => {
    expect(tell(started(), event('company_reply'), tuesday, none)).toMatchObject({
      code: 'INVALID_STATE',
      detail:
        'The enrollment cannot do that now: its sequence does not end with the company (settings.unenrollCompany is off).',
    });
  });

  it('unenrolls, pauses and resumes as an operator asks for it', () => {
    const asked = { at: tuesday, actor: operator, cause: { kind: 'request' } };
    expect(tell(started(), event('unenroll'), tuesday, none)).toMatchObject({
      standing: { state: 'unenrolled', reason: 'manual' },
      log: [{ type: 'unenrolled', ...asked }],
    });
    const paused = tell(started(), { type: 'pause', at: tuesday }, tuesday, none);
    expect(paused).toMatchObject({
      standing: { state: 'paused', reason: 'manual', pausedUntil: null },
      log: [{ type: 'paused', ...asked }],
    });
    if (paused.kind === 'refusal') throw new Error(paused.detail);
    const held = { ...started(), standing: paused.standing };
    expect(tell(held, event('resume'), tuesday, none)).toMatchObject({
      standing: { state: 'active' },
      log: [{ type: 'resumed', ...asked }],
    });
  });

  it('pauses until a time where one is named', () => {
    const until = '2026-12-01T15:00:00.000Z';
    const paused = tell(started(), { type: 'pause', at: tuesday, until }, tuesday, none);
    expect(paused).toMatchObject({ standing: { state: 'paused', pausedUntil: until } });
  });

  it('worked date 18: an automatic answer pauses, as an event that was reported', () => {
    const returnAt = '2026-12-07T15:00:00.000Z';
    expect(
      tell(started(), { type: 'out_of_office', at: tuesday, returnAt }, tuesday, none),
    ).toMatchObject({
      standing: { state: 'paused', reason: 'out_of_office', pausedUntil: returnAt },
      log: [{ type: 'paused', actor: operator, cause: { kind: 'event' } }],
    });
    const unnamed = tell(started(), { type: 'out_of_office', at: tuesday }, tuesday, none);
    expect(unnamed).toMatchObject({ standing: { pausedUntil: '2026-12-01T15:00:00.000Z' } });
  });

  it('skips the step that it is at, and one that is named only if it is that', () => {
    const skip = (stepId?: string) =>
      tell(started(), { type: 'skip_step', at: tuesday, stepId }, tuesday, none);
    expect(skip()).toMatchObject({ log: [{ type: 'step_skipped', stepId: 'one' }] });
    expect(skip('one')).toMatchObject({ log: [{ type: 'step_skipped', stepId: 'one' }] });
    expect(skip('two')).toMatchObject({ code: 'INVALID_STATE' });
  });

  it('TSK-11: completes a task that is there, and no other', () => {
    const done: ScriptedEvent = { type: 'complete_task', stepId: 'call', at: tuesday };
    expect(tell(waiting, done, tuesday, new Set(['call']))).toMatchObject({
      standing: { state: 'active', stepId: 'last' },
      log: [{ type: 'task_completed', cause: { kind: 'request' } }],
    });
    expect(tell(started(), done, tuesday, none)).toMatchObject({
      code: 'INVALID_STATE',
      detail: 'The enrollment cannot do that now: the task of step "call" is not there yet.',
    });
  });
});

function event(type: ScriptedEvent['type']): ScriptedEvent {
  switch (type) {
    case 'complete_task':
      return { type, stepId: 'call', at: tuesday };
    default:
      return { type, at: tuesday };
  }
}
