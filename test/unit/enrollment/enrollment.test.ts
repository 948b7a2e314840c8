import { describe, expect, it } from 'vitest';
import {
  awaitedTask,
  calendarOf,
  type EnrollmentCase,
} from '../../../src/domain/enrollment/enrollment.js';
import { definition, monday, started } from './cases.js';

const openTasks = [
  { id: 'other', stepId: 'two' },
  { id: 'task', stepId: 'call' },
];
const at = (changes: Partial<EnrollmentCase['standing']>): EnrollmentCase => ({
  ...started(),
  standing: { ...started().standing, stepId: 'call', ...changes },
  openTasks,
});

describe('the task that an enrollment waits for', () => {
  it('TSK-11: is that of its step, while it waits or is paused in waiting', () => {
    expect(awaitedTask(at({ state: 'waiting_task' }))?.id).toBe('task');
    expect(awaitedTask(at({ state: 'paused', pausedState: 'waiting_task' }))?.id).toBe('task');
  });

  it('TSK-13: is none while it does not wait', () => {
    expect(awaitedTask(at({ state: 'active' }))).toBeUndefined();
    expect(awaitedTask(at({ state: 'paused', pausedState: 'active' }))).toBeUndefined();
    expect(awaitedTask(at({ state: 'waiting_task', stepId: 'last' }))).toBeUndefined();
  });
});

describe('the calendar of an enrollment', () => {
  it('SET-08: has opens only where its settings plan by them', () => {
    const opens = [monday];
    expect(calendarOf({ ...started(), opens })).not.toHaveProperty('opens');
    const settings = { ...definition.settings, sendTime: 'from_opens' } as const;
    const fromOpens = { ...started({ ...definition, settings }) };
    expect(calendarOf({ ...fromOpens, opens }).opens).toEqual(opens);
    expect(calendarOf(fromOpens).opens).toEqual([]);
  });

  it('5.2: has the absences that are known', () => {
    const absences = { email: [{ from: monday, until: '2026-11-24T15:00:00.000Z' }], task: [] };
    expect(calendarOf({ ...started(), absences }).absences).toEqual(absences);
    expect(calendarOf(started())).not.toHaveProperty('absences');
  });
});
