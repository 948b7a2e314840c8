import { describe, expect, it } from 'vitest';
import type { SequenceDraft, StepDraft } from '../../../src/domain/sequence/draft.js';
import {
  deleteStep,
  draftOf,
  editDetails,
  editStep,
  reorderSteps,
} from '../../../src/domain/sequence/edit.js';
import { validateSequence, type ValidationResult } from '../../../src/domain/sequence/validate.js';

const email = { subject: 'Hello', html: '<p>Hi</p>' };
const steps: StepDraft[] = [
  { id: 'intro', kind: 'automated_email', email },
  {
    id: 'nudge',
    kind: 'automated_email',
    delayDays: 3,
    email: { html: '<p>And?</p>' },
    replyTo: 'intro',
  },
  { id: 'write', kind: 'manual_email', delayDays: 2, title: 'Write', email },
  { id: 'connect', kind: 'linkedin_connect', delayDays: 1, title: 'Connect' },
];
const draft: SequenceDraft = { name: 'S', steps, settings: { unenrollCompany: true } };

function ok(result: ValidationResult | undefined) {
  if (result?.ok !== true) throw new Error(JSON.stringify(result));
  return result;
}
function problems(result: ValidationResult | undefined) {
  if (result?.ok !== false) throw new Error('was allowed');
  return result.problems.map(({ pointer, code }) => `${pointer} ${code}`);
}
const outline = (result: ValidationResult | undefined) =>
  ok(result).definition.steps.map(({ id, delayDays }) => `${id} ${delayDays}`);

const current = ok(validateSequence(draft, { capabilities: ['linkedin_sales_navigator'] }));

describe('draftOf', () => {
  it('gives back what the sequence was made from', () => {
    const again = validateSequence(draftOf(current), {
      capabilities: ['linkedin_sales_navigator'],
    });
    expect(ok(again).definition).toEqual(current.definition);
  });
});

describe('editDetails', () => {
  it('EDT-01, SEQ-18: changes what is given and leaves the rest', () => {
    const { name, definition } = ok(
      editDetails(current, { name: 'New', settings: { sendWindowEndMinute: 720 } }),
    );
    expect(name).toBe('New');
    expect(definition.settings).toEqual({
      ...current.definition.settings,
      sendWindowEndMinute: 720,
    });
    expect(definition.steps).toEqual(current.definition.steps);
  });

  it('SEQ-18: refuses an empty name, and a window that crosses midnight', () => {
    const settings = { sendWindowStartMinute: 1300 };
    expect(problems(editDetails(current, { name: ' ', settings }))).toEqual([
      '/name required',
      '/settings/sendWindowEndMinute window_crosses_midnight',
    ]);
  });
});

describe('editStep', () => {
  const stepOf = (result: ValidationResult | undefined, index: number) =>
    ok(result).definition.steps[index];

  it('TSK-22: edits the title, priority, notes and pause flag of a task', () => {
    const patch = {
      title: 'Ask',
      priority: 'high',
      notes: 'N',
      waitsForCompletion: false,
    } as const;
    expect(stepOf(editStep(current, 'connect', patch), 3)).toMatchObject({
      ...patch,
      delayDays: 1,
    });
  });

  it('EDT-05, EDT-06: edits a part of an email, automated or of a manual email task', () => {
    const result = editStep(current, 'intro', { email: { subject: 'Good day' } });
    expect(stepOf(result, 0)).toMatchObject({ email: { subject: 'Good day', html: email.html } });
    // The reply that had the subject of its parent goes on having it.
    expect(stepOf(result, 1)).toMatchObject({ email: { subject: 'Good day' } });
    const manual = editStep(current, 'write', { email: { html: '<p>New</p>' } });
    expect(stepOf(manual, 2)).toMatchObject({ email: { subject: 'Hello', html: '<p>New</p>' } });
    expect(stepOf(editStep(current, 'write', { email: null }), 2)).not.toHaveProperty('email');
  });

  it('EDT-04: edits the threading in place', () => {
    expect(stepOf(editStep(current, 'nudge', { replyTo: null }), 1)).toMatchObject({
      threading: { kind: 'new' },
      email: { subject: 'Hello', html: '<p>And?</p>' },
    });
    expect(stepOf(editStep(current, 'write', { replyTo: 'nudge' }), 2)).toMatchObject({
      threading: { kind: 'reply', toStepId: 'nudge' },
    });
  });

  it('points into the patch, also for what it breaks elsewhere', () => {
    const answered = ok(editStep(current, 'connect', { title: 'C' }));
    expect(problems(editStep(answered, 'connect', { delayDays: 91, title: ' ' }))).toEqual([
      '/delayDays delay_out_of_range',
      '/title required',
    ]);
    expect(problems(editStep(current, 'intro', { delayDays: 1 }))).toEqual([
      '/delayDays first_step_delay',
    ]);
    expect(problems(editStep(current, 'nudge', { replyTo: 'write' }))).toEqual([
      '/replyTo not_earlier',
    ]);
    expect(problems(editStep(current, 'intro', { email: null }))).toEqual([
      '/email required',
      '/email no_email',
    ]);
    expect(problems(editStep(current, 'nudge', { title: 'T' }))).toEqual([
      '/title not_for_this_kind',
    ]);
    expect(editStep(current, 'nobody', {})).toBeUndefined();
  });
});

describe('deleteStep', () => {
  it('EDT-03, SEQ-13: deletes a step; the one that comes first by it loses its delay', () => {
    expect(outline(deleteStep(current, 'write'))).toEqual(['intro 0', 'nudge 3', 'connect 1']);
    const loose = ok(editStep(current, 'nudge', { replyTo: null }));
    expect(outline(deleteStep(loose, 'intro'))).toEqual(['nudge 0', 'write 2', 'connect 1']);
  });

  it('SEQ-10: refuses to delete an email that another step answers', () => {
    expect(problems(deleteStep(current, 'intro'))).toEqual(['/stepId answered']);
  });

  it('refuses to delete the only step', () => {
    const one = ok(validateSequence({ ...draft, steps: steps.slice(0, 1) }, { capabilities: [] }));
    expect(problems(deleteStep(one, 'intro'))).toEqual(['/stepId no_steps']);
    expect(deleteStep(one, 'nobody')).toBeUndefined();
  });
});

describe('reorderSteps', () => {
  it('EDT-02, SEQ-13: moves steps; one that comes first hands its delay on', () => {
    expect(outline(reorderSteps(current, ['write', 'intro', 'connect', 'nudge']))).toEqual([
      'write 0',
      'intro 2',
      'connect 1',
      'nudge 3',
    ]);
    expect(outline(reorderSteps(current, ['intro', 'connect', 'nudge', 'write']))).toEqual([
      'intro 0',
      'connect 1',
      'nudge 3',
      'write 2',
    ]);
  });

  it('SEQ-10: refuses to put an answer before what it answers', () => {
    expect(problems(reorderSteps(current, ['nudge', 'intro', 'write', 'connect']))).toEqual([
      '/stepIds/0 not_earlier',
    ]);
  });

  it('takes every id once', () => {
    expect(problems(reorderSteps(current, ['intro', 'intro', 'x', 'write']))).toEqual([
      '/stepIds/1 duplicate_id',
      '/stepIds/2 unknown_step',
      '/stepIds missing_step',
    ]);
  });
});

describe('validateSequence', () => {
  it('never gives a new step the id of one that an earlier version had', () => {
    const made = validateSequence(
      { ...draft, steps: [{ kind: 'call', title: 'Call' }] },
      { capabilities: [] },
      ['step-1'],
    );
    expect(ok(made).definition.steps[0]?.id).not.toBe('step-1');
  });
});
