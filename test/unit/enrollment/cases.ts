import {
  defaultSettings,
  type SequenceDefinition,
} from '../../../src/domain/sequence/definition.js';
import type { Step } from '../../../src/domain/sequence/step.js';
import { noHolidays, type EnrollmentCase } from '../../../src/domain/enrollment/enrollment.js';
import { begin, type Happening } from '../../../src/domain/enrollment/progress.js';

export const email = (id: string, delayDays: number): Step => ({
  id,
  kind: 'automated_email',
  delayDays,
  email: { subject: id, html: `<p>${id}</p>` },
  threading: { kind: 'new' },
});

export const call = (id: string, delayDays: number, waitsForCompletion: boolean): Step => ({
  id,
  kind: 'call',
  delayDays,
  title: id,
  notes: '',
  priority: 'none',
  waitsForCompletion,
});

/** Email, email +2, call +1 that is waited for, email +3. */
export const definition: SequenceDefinition = {
  steps: [email('one', 0), email('two', 2), call('call', 1, true), email('last', 3)],
  settings: defaultSettings,
};

/** Monday 2026-11-23 10:00 in New York. */
export const monday = '2026-11-23T15:00:00.000Z';

export const started = (steps: SequenceDefinition = definition): EnrollmentCase => ({
  standing: begin(steps, { at: monday, timeZone: 'America/New_York' }),
  definition: steps,
  timeZone: 'America/New_York',
  holidays: noHolidays,
  openTasks: [],
});

export const by = (at: string, actor: Happening['actor'] = { kind: 'system' }): Happening => ({
  at,
  actor,
  cause: { kind: 'due' },
});
