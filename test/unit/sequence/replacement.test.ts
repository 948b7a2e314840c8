import { describe, expect, it } from 'vitest';
import type { SequenceDraft } from '../../../src/domain/sequence/draft.js';
import { outlineOf } from '../../../src/domain/sequence/outline.js';
import { validateReplacement } from '../../../src/domain/sequence/replacement.js';
import { definition } from '../enrollment/cases.js';

const account = { capabilities: [] };
const content = { subject: 'Hello', html: '<p>Hello</p>' };
const draft = (...steps: SequenceDraft['steps']): SequenceDraft => ({
  name: 'Outbound',
  steps,
  settings: {},
});
const mail = (id?: string) => ({ id, kind: 'automated_email' as const, email: content });
const task = (id?: string) => ({ id, kind: 'call' as const, title: 'Call' });
const used = [
  { id: 'one', kind: 'automated_email' },
  { id: 'two', kind: 'call' },
] as const;

describe('the steps that replace those of a sequence', () => {
  it('3.2: may keep their ids, and be tasks of another kind', () => {
    const same = validateReplacement(draft(mail('one'), task('two')), account, used);
    expect(same.ok).toBe(true);
    const general = { ...task('two'), kind: 'general' as const };
    expect(validateReplacement(draft(general), account, used).ok).toBe(true);
  });

  it('3.2: are no tasks under the id of an email, nor the other way round', () => {
    const turned = validateReplacement(draft(task('one'), mail('two')), account, used);
    const message = (id: string, kind: string) =>
      `Step "${id}" is known as ${kind}; an email and a task are not the same step: give this one an id of its own.`;
    expect(turned).toEqual({
      ok: false,
      problems: [
        {
          pointer: '/steps/0/kind',
          code: 'kind_changed',
          message: message('one', 'automated_email'),
        },
        { pointer: '/steps/1/kind', code: 'kind_changed', message: message('two', 'call') },
      ],
    });
  });

  it('tells this besides what breaks the rules of any sequence', () => {
    const verdict = validateReplacement({ ...draft(task('one')), name: '' }, account, used);
    expect(verdict.ok ? [] : verdict.problems.map(({ code }) => code)).toEqual([
      ...['required', 'kind_changed'],
    ]);
  });

  it('3.2: get no id that an earlier version gave to another step', () => {
    const earlier = [{ id: 'step-1', kind: 'call' }] as const;
    const verdict = validateReplacement(draft(mail()), account, earlier);
    expect(verdict.ok && verdict.definition.steps[0]?.id).toBe('step-1-');
  });
});

it('ENR-13: the outline has the steps without content, those before the start marked', () => {
  expect(outlineOf(definition, ['one', 'two'])).toEqual([
    { id: 'one', kind: 'automated_email', delayDays: 0, isBeforeStart: true },
    { id: 'two', kind: 'automated_email', delayDays: 2, isBeforeStart: true },
    { id: 'call', kind: 'call', delayDays: 1 },
    { id: 'last', kind: 'automated_email', delayDays: 3 },
  ]);
  expect(outlineOf(definition, null)[0]).not.toHaveProperty('isBeforeStart');
});
