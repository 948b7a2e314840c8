import { describe, expect, it } from 'vitest';
import {
  choiceProblems,
  escaped,
  type Choices,
} from '../../../src/domain/enrollment/check-choices.js';
import type { StepOverride } from '../../../src/domain/enrollment/choices.js';
import type { SequenceDefinition } from '../../../src/domain/sequence/definition.js';
import { definition, monday } from './cases.js';

const draft = { subject: 'Draft', html: '<p>Draft</p>' };
/** The steps of the case, and a manual email with a draft. */
const sequence: SequenceDefinition = {
  ...definition,
  steps: [
    ...definition.steps,
    {
      id: 'manual',
      kind: 'manual_email',
      delayDays: 1,
      title: 'Write',
      notes: '',
      priority: 'none',
      waitsForCompletion: true,
      email: draft,
      threading: { kind: 'new' },
    },
  ],
};
const problems = ({ overrides = {}, start = {} }: Partial<Choices>) =>
  choiceProblems({ overrides, start }, sequence, monday);
const ofStep = (stepId: string, override: StepOverride) =>
  problems({ overrides: { steps: { [stepId]: override } } });
const ofSettings = (settings: Choices['overrides']['settings'] = {}) =>
  problems({ overrides: { settings } });
const ofValues = (tokenValues: Readonly<Record<string, string>>) =>
  problems({ overrides: { tokenValues } });

describe('what is chosen for one enrollment', () => {
  it('SET-11 ENR-16 TSK-14: may be nothing, or something for each step', () => {
    expect(problems({})).toEqual([]);
    const overrides = {
      settings: { sendWindowStartMinute: 540 },
      tokenValues: { 'contact.firstName': 'Ada' },
      steps: {
        one: { delayDays: 0, subject: 'Hello', html: '<p>Hello {{contact.firstName}}</p>' },
        two: { delayDays: 90, tokenValues: { 'company.name': 'Acme' } },
        call: { delayDays: 0, title: 'Call', notes: '', waitsForCompletion: false },
        manual: { subject: 'Draft', html: '<p>Draft</p>', title: 'Write', notes: 'soon' },
      },
    };
    expect(problems({ overrides })).toEqual([]);
  });

  it('SEQ-17: names a step of the sequence', () => {
    expect(ofStep('a/b', { delayDays: 1 })).toEqual([
      {
        pointer: '/steps/a~1b',
        code: 'unknown_step',
        message: 'The sequence has no step with the id "a/b".',
      },
    ]);
  });
});

describe('a chosen start', () => {
  const at = (firstStepAt: string) => problems({ start: { firstStepAt } });

  it('SET-13: is not in the past', () => {
    expect(at(monday)).toEqual([]);
    expect(at('2026-11-23T14:59:59.999Z')).toEqual([
      {
        pointer: '/firstStepAt',
        code: 'in_the_past',
        message: `2026-11-23T14:59:59.999Z has passed (it is ${monday}); leave the field out to begin at once.`,
      },
    ]);
  });

  it('SET-13: is at most 366 days ahead', () => {
    expect(at('2027-11-24T15:00:00.000Z')).toEqual([]);
    expect(at('2027-11-24T15:00:00.001Z')).toEqual([
      {
        pointer: '/firstStepAt',
        code: 'too_far_ahead',
        message: 'Lies more than 366 days ahead.',
      },
    ]);
  });
});

describe('chosen settings', () => {
  it('SET-07 SET-11: are checked with those of the sequence, and told of where the caller wrote one', () => {
    const code = 'window_crosses_midnight';
    expect(ofSettings({ sendWindowEndMinute: 480 })).toMatchObject([
      { pointer: '/settings/sendWindowEndMinute', code },
    ]);
    expect(ofSettings({ sendWindowStartMinute: 1080 })).toMatchObject([
      { pointer: '/settings/sendWindowStartMinute', code },
    ]);
    expect(ofSettings({ sendWindowStartMinute: 1080, sendWindowEndMinute: 1080 })).toMatchObject([
      { pointer: '/settings/sendWindowEndMinute', code },
    ]);
    expect(ofSettings({ taskCreationMinute: 1440 })).toMatchObject([
      { pointer: '/settings/taskCreationMinute', code: 'minute_out_of_range' },
    ]);
  });
});

describe('a chosen delay', () => {
  it('SEQ-13: is none for the first step', () => {
    expect(ofStep('one', { delayDays: 0 })).toEqual([]);
    expect(ofStep('one', { delayDays: 1 })).toEqual([
      {
        pointer: '/steps/one/delayDays',
        code: 'first_step_delay',
        message: 'The first step has no delay: it runs at once, or at `firstStepAt`.',
      },
    ]);
  });

  it('LIM-01: is a whole number of days from 0 to 90', () => {
    for (const delayDays of [0, 90]) expect(ofStep('two', { delayDays })).toEqual([]);
    for (const delayDays of [-1, 91, 0.5]) {
      expect(ofStep('two', { delayDays })).toEqual([
        {
          pointer: '/steps/two/delayDays',
          code: 'delay_out_of_range',
          message: `A delay is a whole number of days from 0 to 90, not ${delayDays}.`,
        },
      ]);
    }
  });
});

describe('chosen content', () => {
  it('ENR-16: is given to an email alone', () => {
    const message = 'The step has no email whose content could be changed.';
    const code = 'not_for_this_kind';
    expect(ofStep('call', { subject: 'x', html: 'y' })).toEqual([
      { pointer: '/steps/call/subject', code, message },
      { pointer: '/steps/call/html', code, message },
    ]);
  });

  it('ENR-16: keeps the rules of an email: not blank, not too long, a subject of one line', () => {
    const codes = (override: StepOverride) =>
      ofStep('two', override).map(({ pointer, code }) => [pointer, code]);
    expect(codes({ subject: ' ' })).toEqual([['/steps/two/subject', 'required']]);
    expect(codes({ subject: 'a\nb' })).toEqual([['/steps/two/subject', 'not_one_line']]);
    expect(codes({ subject: 'x'.repeat(500) })).toEqual([]);
    expect(codes({ subject: 'x'.repeat(501) })).toEqual([['/steps/two/subject', 'too_long']]);
    expect(codes({ html: '' })).toEqual([['/steps/two/html', 'required']]);
    expect(codes({ html: 'x'.repeat(100_001) })).toEqual([['/steps/two/html', 'too_long']]);
    expect(codes({ html: '{{nobody.name}}' })).toEqual([['/steps/two/html', 'token_unknown_root']]);
  });

  it('TSK-14: of a task is not given to an automated email', () => {
    const code = 'not_for_this_kind';
    const message = 'An automated email makes no task: this belongs to the other kinds of step.';
    expect(ofStep('two', { title: 'x', notes: 'y', waitsForCompletion: true })).toEqual(
      ['title', 'notes', 'waitsForCompletion'].map((name) => ({
        pointer: `/steps/two/${name}`,
        code,
        message,
      })),
    );
  });

  it('TSK-14 TSK-10: of a task keeps its rules; notes alone may be empty', () => {
    const codes = (override: StepOverride) =>
      ofStep('call', override).map(({ pointer, code }) => [pointer, code]);
    expect(codes({ title: '' })).toEqual([['/steps/call/title', 'required']]);
    expect(codes({ title: 'a\tb' })).toEqual([['/steps/call/title', 'not_one_line']]);
    expect(codes({ title: 'x'.repeat(501) })).toEqual([['/steps/call/title', 'too_long']]);
    expect(codes({ notes: '' })).toEqual([]);
    expect(codes({ notes: 'x'.repeat(10_001) })).toEqual([['/steps/call/notes', 'too_long']]);
  });
});

describe('values that are typed in for tokens', () => {
  it('ENR-14: are neither blank nor longer than 2000 characters, for all steps and for one', () => {
    const pointer = '/tokenValues/contact.firstName';
    const blank = { code: 'required', message: 'Must not be blank.' };
    const long = { code: 'too_long', message: 'At most 2000 characters.' };
    expect(ofValues({ 'contact.firstName': 'x'.repeat(2000) })).toEqual([]);
    expect(ofValues({ 'contact.firstName': 'x'.repeat(2001) })).toEqual([{ pointer, ...long }]);
    expect(ofValues({ 'contact.firstName': ' ' })).toEqual([{ pointer, ...blank }]);
    expect(ofStep('call', { tokenValues: { 'contact.firstName': 'n/a' } })).toEqual([
      {
        pointer: `/steps/call${pointer}`,
        code: 'required',
        message: '"n/a" counts as missing, unless placeholdersAreValues of the account is on.',
      },
    ]);
  });

  it('ENR-14: are at most a hundred', () => {
    const values = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`contact.p${n}`, 'x']));
    expect(ofValues(values(100))).toEqual([]);
    expect(ofValues(values(101))).toEqual([
      {
        pointer: '/tokenValues',
        code: 'too_many',
        message: 'There are 101 values; at most 100 are allowed.',
      },
    ]);
  });

  it('ENR-14: are named by the path of a token alone', () => {
    const message = 'A value is given for a path such as contact.firstName, without a fallback.';
    for (const path of [
      'contact.firstName|there',
      ' contact.firstName',
      'contact.a}} {{contact.b',
    ]) {
      expect(ofValues({ [path]: 'x' })).toEqual([
        { pointer: `/tokenValues/${path}`, code: 'token_syntax', message },
      ]);
    }
    expect(ofValues({ 'nobody.name': 'x' })).toMatchObject([
      { pointer: '/tokenValues/nobody.name', code: 'token_unknown_root' },
    ]);
  });
});

it('a name is escaped as RFC 6901 asks for, "~" before "/"', () => {
  expect(escaped('a/b~c/d~1')).toBe('a~1b~0c~1d~01');
});
