import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { defaultSettings } from '../../../src/domain/sequence/definition.js';
import type { SequenceDraft, StepDraft } from '../../../src/domain/sequence/draft.js';
import { draftOf as redrafted } from '../../../src/domain/sequence/edit.js';
import { stepKinds } from '../../../src/domain/sequence/step.js';
import { validateSequence } from '../../../src/domain/sequence/validate.js';

const email = { subject: 'Hello', html: '<p>Hi</p>' };
const mail: StepDraft = { kind: 'automated_email', email };
const call: StepDraft = { kind: 'call', title: 'Call' };

const draftOf = (
  steps: readonly StepDraft[],
  rest: Partial<SequenceDraft> = {},
): SequenceDraft => ({
  name: 'Follow up',
  steps,
  settings: {},
  ...rest,
});

function problemsOf(draft: SequenceDraft, capabilities: readonly string[] = []): string[] {
  const result = validateSequence(draft, { capabilities });
  return result.ok ? [] : result.problems.map(({ pointer, code }) => `${pointer} ${code}`);
}

function stepsOf(draft: SequenceDraft) {
  const result = validateSequence(draft, { capabilities: ['linkedin_sales_navigator'] });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.definition.steps;
}

describe('kinds', () => {
  it('SEQ-03: takes all six kinds of step, in any order', () => {
    const steps = stepKinds.map((kind): StepDraft =>
      kind === 'automated_email' ? mail : { kind, title: 'Do it' },
    );
    expect(stepsOf(draftOf(steps)).map(({ kind }) => kind)).toEqual(stepKinds);
    expect(stepsOf(draftOf([...steps].reverse()))).toHaveLength(6);
  });

  it('SEQ-08: refuses InMail and connection requests without the capability', () => {
    const steps: StepDraft[] = [
      { kind: 'linkedin_inmail', title: 'InMail' },
      { kind: 'linkedin_connect', title: 'Connect' },
    ];
    expect(problemsOf(draftOf(steps))).toEqual([
      '/steps/0/kind capability_off',
      '/steps/1/kind capability_off',
    ]);
    expect(problemsOf(draftOf(steps), ['linkedin_sales_navigator'])).toEqual([]);
  });

  it('TSK-07: refuses a task without a title, and an automated email that looks like a task', () => {
    expect(problemsOf(draftOf([{ kind: 'call' }, { kind: 'general', title: ' ' }]))).toEqual([
      '/steps/0/title required',
      '/steps/1/title required',
    ]);
    const task = { title: 'x', notes: 'x', priority: 'low', waitsForCompletion: false } as const;
    expect(problemsOf(draftOf([{ ...mail, ...task }]))).toEqual([
      '/steps/0/title not_for_this_kind',
      '/steps/0/notes not_for_this_kind',
      '/steps/0/priority not_for_this_kind',
      '/steps/0/waitsForCompletion not_for_this_kind',
    ]);
  });

  it('TSK-12: a task waits for its completion unless it is told not to', () => {
    expect(stepsOf(draftOf([call, { ...call, waitsForCompletion: false }]))).toMatchObject([
      { waitsForCompletion: true },
      { waitsForCompletion: false },
    ]);
  });

  it('TSK-15: lets only a manual email task carry an email; an automated email must', () => {
    expect(problemsOf(draftOf([{ kind: 'manual_email', title: 'Write', email }]))).toEqual([]);
    expect(problemsOf(draftOf([{ kind: 'manual_email', title: 'Write' }]))).toEqual([]);
    expect(problemsOf(draftOf([{ ...call, email }, { kind: 'automated_email' }]))).toEqual([
      '/steps/0/email not_for_this_kind',
      '/steps/1/email required',
    ]);
  });
});

describe('threads', () => {
  const reply = (toStepId: string): StepDraft => ({
    kind: 'automated_email',
    email: { html: '<p>And?</p>' },
    replyTo: toStepId,
  });

  it('SEQ-09: an email opens a thread, or answers an earlier email under its subject', () => {
    const steps = stepsOf(
      draftOf([{ ...mail, id: 'one' }, { ...reply('one'), id: 'two' }, reply('two')]),
    );
    expect(steps).toMatchObject([
      { threading: { kind: 'new' } },
      { threading: { kind: 'reply', toStepId: 'one' }, email: { subject: 'Hello' } },
      { threading: { kind: 'reply', toStepId: 'two' }, email: { subject: 'Hello' } },
    ]);
  });

  it('TSK-21: a manual email chooses its thread alike', () => {
    const manual: StepDraft = { kind: 'manual_email', title: 'Write', email, replyTo: 'step-1' };
    expect(stepsOf(draftOf([mail, manual]))[1]).toMatchObject({
      threading: { kind: 'reply', toStepId: 'step-1' },
    });
  });

  it('SEQ-26 TSK-21: so does one without a template, and keeps it through an edit', () => {
    const manual: StepDraft = { kind: 'manual_email', title: 'Write', replyTo: 'step-1' };
    const steps = stepsOf(draftOf([mail, manual, { ...manual, replyTo: undefined }]));
    expect(steps[1]).toMatchObject({ threading: { kind: 'reply', toStepId: 'step-1' } });
    expect(steps[1]).not.toHaveProperty('email');
    expect(steps[2]).not.toHaveProperty('threading');
    const definition = { steps, settings: defaultSettings };
    expect(stepsOf(redrafted({ name: 'Edited', definition }))).toEqual(steps);
  });

  test.each([
    ['itself', [{ ...reply('one'), id: 'one' }], '/steps/0/replyTo not_earlier'],
    ['a later step', [reply('two'), { ...mail, id: 'two' }], '/steps/0/replyTo not_earlier'],
    ['no step', [mail, reply('nowhere')], '/steps/1/replyTo unknown_step'],
    ['a call', [call, reply('step-1')], '/steps/1/replyTo no_email'],
    [
      'an email task without an email',
      [{ kind: 'manual_email' as const, title: 'W' }, reply('step-1')],
      '/steps/1/replyTo no_email',
    ],
  ])('SEQ-10: refuses a reply to %s', (_, steps, problem) => {
    expect(problemsOf(draftOf(steps))).toEqual([problem]);
  });

  it('SEQ-10: refuses a reply of a step that has no email', () => {
    expect(problemsOf(draftOf([mail, { ...call, replyTo: 'step-1' }]))).toEqual([
      '/steps/1/replyTo not_for_this_kind',
    ]);
  });

  it('needs a subject where a thread begins', () => {
    expect(problemsOf(draftOf([{ kind: 'automated_email', email: { html: 'x' } }]))).toEqual([
      '/steps/0/email/subject required',
    ]);
  });
});

describe('delays', () => {
  it('SEQ-13: refuses a delay of the first step', () => {
    expect(problemsOf(draftOf([{ ...mail, delayDays: 1 }]))).toEqual([
      '/steps/0/delayDays first_step_delay',
    ]);
    expect(problemsOf(draftOf([{ ...mail, delayDays: 0 }]))).toEqual([]);
  });

  test.each([0, 1, 90])(
    'LIM-01: takes a delay of %d days, of emails and tasks alike',
    (delayDays) => {
      const steps = stepsOf(draftOf([mail, { ...mail, delayDays }, { ...call, delayDays }]));
      expect(steps.map((step) => step.delayDays)).toEqual([0, delayDays, delayDays]);
    },
  );

  test.each([91, -1, 1.5, 1e9, Number.NaN])('LIM-01: refuses a delay of %d days', (delayDays) => {
    expect(problemsOf(draftOf([mail, { ...mail, delayDays }, { ...call, delayDays }]))).toEqual([
      '/steps/1/delayDays delay_out_of_range',
      '/steps/2/delayDays delay_out_of_range',
    ]);
  });
});

describe('numbers', () => {
  it('LIM-02: takes ten emails and refuses the eleventh, manual ones counted in', () => {
    const manual: StepDraft = { kind: 'manual_email', title: 'Write', email };
    const ten = [...Array.from({ length: 9 }, () => mail), manual];
    expect(problemsOf(draftOf(ten))).toEqual([]);
    expect(problemsOf(draftOf([...ten, call, manual]))).toEqual([
      '/steps/11/email too_many_emails',
    ]);
  });

  it('LIM-03: takes any number of tasks', () => {
    expect(stepsOf(draftOf(Array.from({ length: 500 }, () => call)))).toHaveLength(500);
  });

  it('refuses a sequence without steps', () => {
    expect(problemsOf(draftOf([]))).toEqual(['/steps no_steps']);
  });
});

describe('ids', () => {
  it('makes one up where there is none, apart from those that are given', () => {
    const steps = stepsOf(draftOf([{ ...call, id: 'step-2' }, call, call]));
    expect(steps.map(({ id }) => id)).toEqual(['step-2', 'step-2-', 'step-3']);
  });

  it('refuses one twice, and what is no slug', () => {
    const ids = ['a', 'a', 'A', '-a', '', 'x'.repeat(65), 'x'.repeat(64)];
    expect(problemsOf(draftOf(ids.map((id) => ({ ...call, id }))))).toEqual([
      '/steps/1/id duplicate_id',
      '/steps/2/id bad_id',
      '/steps/3/id bad_id',
      '/steps/4/id bad_id',
      '/steps/5/id bad_id',
    ]);
  });
});

describe('texts', () => {
  test.each(['', '   ', 'x'.repeat(201), 'a\nb'])('SEQ-18: refuses the name %j', (name) => {
    expect(problemsOf(draftOf([call], { name }))).toHaveLength(1);
  });

  it('SEQ-18: takes a name of 200 characters, without the spaces around it', () => {
    const result = validateSequence(draftOf([call], { name: ` ${'x'.repeat(200)} ` }), {
      capabilities: [],
    });
    expect(result.ok && result.name).toBe('x'.repeat(200));
  });

  it('SEQ-27: says where a token is wrong', () => {
    const steps: StepDraft[] = [
      { kind: 'automated_email', email: { subject: 'Hi {{contact.name', html: 'a {{foo.bar}}' } },
      { kind: 'call', title: '{{contact.firstName}}', notes: '{% if %}' },
    ];
    const result = validateSequence(draftOf(steps), { capabilities: [] });
    expect(result.ok ? [] : result.problems).toEqual([
      expect.objectContaining({ pointer: '/steps/0/email/subject', code: 'token_unclosed' }),
      expect.objectContaining({
        pointer: '/steps/0/email/html',
        code: 'token_unknown_root',
      }),
      expect.objectContaining({ pointer: '/steps/1/notes', code: 'token_liquid' }),
    ]);
    expect(result.ok ? '' : result.problems[1]?.message).toMatch(/^At character 3: /);
  });

  it('SEQ-27: refuses braces that only invisible characters keep apart, with their place', () => {
    const steps: StepDraft[] = [
      {
        kind: 'automated_email',
        email: {
          subject: 'Hi {\u200B{contact.firstName}}',
          html: '{\u2060{contact.firstName}\uFEFF}',
        },
      },
      { kind: 'call', title: '{\u00AD\u034F{contact.firstName}}', notes: 'a {\u200D% if %}' },
    ];
    const result = validateSequence(draftOf(steps), { capabilities: [] });
    const code = 'token_syntax';
    expect(result.ok ? [] : result.problems).toEqual([
      expect.objectContaining({ pointer: '/steps/0/email/subject', code, position: 3 }),
      expect.objectContaining({ pointer: '/steps/0/email/html', code, position: 0 }),
      expect.objectContaining({ pointer: '/steps/1/title', code, position: 0 }),
      expect.objectContaining({ pointer: '/steps/1/notes', code, position: 2 }),
    ]);
    for (const most of ['{\u200B', '\u200B', '{']) {
      const begun = process.cpuUsage();
      validateSequence(
        draftOf([{ kind: 'call', title: 'x', notes: `{${most.repeat(9_000 / most.length)}` }]),
        { capabilities: [] },
      );
      expect(process.cpuUsage(begun).user).toBeLessThan(500_000);
    }
  });

  it('refuses a subject or a title of two lines', () => {
    const steps: StepDraft[] = [
      { kind: 'automated_email', email: { subject: 'a\r\nBcc: b', html: 'x' } },
      { kind: 'call', title: 'a\nb' },
    ];
    expect(problemsOf(draftOf(steps))).toEqual([
      '/steps/0/email/subject not_one_line',
      '/steps/1/title not_one_line',
    ]);
  });
});

describe('settings', () => {
  it('SET-02: are the default unless they say otherwise', () => {
    const result = validateSequence(draftOf([call], { settings: { unenrollCompany: true } }), {
      capabilities: [],
    });
    expect(result.ok && result.definition.settings).toEqual({
      ...defaultSettings,
      unenrollCompany: true,
    });
  });

  test.each([
    [{ sendWindowStartMinute: 1140, sendWindowEndMinute: 60 }, 'sendWindowEndMinute'],
    [{ sendWindowStartMinute: 600, sendWindowEndMinute: 600 }, 'sendWindowEndMinute'],
    [{ sendWindowStartMinute: -1 }, 'sendWindowStartMinute'],
    [{ sendWindowStartMinute: 1440 }, 'sendWindowStartMinute'],
    [{ sendWindowEndMinute: 1441 }, 'sendWindowEndMinute'],
    [{ sendWindowEndMinute: 600.5 }, 'sendWindowEndMinute'],
    [{ taskCreationMinute: 1440 }, 'taskCreationMinute'],
  ])('SET-07: refuses %j', (settings, name) => {
    const problems = problemsOf(draftOf([call], { settings }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`/settings/${name} `);
  });
});

it('never throws, and what it accepts obeys the rules', () => {
  const text = fc.constantFrom('', ' ', 'x', '{{', '{{contact.firstName}}', 'a\nb');
  const id = fc.constantFrom('a', 'b', 'step-2', 'Ü', '');
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const step: fc.Arbitrary<StepDraft> = fc.record({
    kind: fc.constantFrom(...stepKinds),
    id: optional(id),
    delayDays: optional(fc.constantFrom(0, 1, 90, 91, -1, 0.5)),
    email: optional(fc.record({ subject: optional(text), html: text })),
    replyTo: optional(id),
    title: optional(text),
    notes: optional(text),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 5 }), (steps) => {
      const result = validateSequence(draftOf(steps), { capabilities: [] });
      if (!result.ok) return;
      const made = result.definition.steps;
      expect(new Set(made.map((each) => each.id)).size).toBe(steps.length);
      expect(made.every(({ delayDays }) => delayDays >= 0 && delayDays <= 90)).toBe(true);
      made.forEach(({ threading }, index) => {
        if (threading?.kind !== 'reply') return;
        const target = made.findIndex((each) => each.id === threading.toStepId);
        expect(target).toBeGreaterThanOrEqual(0);
        expect(target).toBeLessThan(index);
      });
    }),
    { numRuns: 500 },
  );
});
