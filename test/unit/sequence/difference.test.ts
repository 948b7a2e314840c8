import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defaultSettings,
  type SequenceDefinition,
} from '../../../src/domain/sequence/definition.js';
import { differenceBetween, isSame } from '../../../src/domain/sequence/difference.js';
import type { Step } from '../../../src/domain/sequence/step.js';

const call = (id: string, title = 'Call'): Step => ({
  ...{ id, kind: 'call', delayDays: 0, title, notes: '' },
  ...{ priority: 'none', waitsForCompletion: true },
});
const mail = (id: string, subject: string, toStepId?: string): Step => ({
  id,
  kind: 'automated_email',
  delayDays: 0,
  email: { subject, html: '<p>Hi</p>' },
  threading: toStepId === undefined ? { kind: 'new' } : { kind: 'reply', toStepId },
});
const of = (...steps: Step[]): SequenceDefinition => ({ steps, settings: defaultSettings });
const ids = (text: string) => of(...Array.from(text, (id) => call(id)));

describe('differenceBetween', () => {
  it('EDT-01: names each changed field of a step and of the settings, with both values', () => {
    const from = of(mail('a', 'One'), mail('b', 'One', 'a'), call('c'));
    const settings = { ...defaultSettings, sendWindowEndMinute: 600 };
    const to = { ...of(mail('a', 'Two'), mail('b', 'One'), call('c', 'Ring')), settings };
    expect(differenceBetween(from, to)).toEqual({
      ...{ added: [], deleted: [], moved: [] },
      changed: [
        { stepId: 'a', fields: [{ field: 'email.subject', from: 'One', to: 'Two' }] },
        { stepId: 'b', fields: [{ field: 'threading.toStepId', from: 'a', to: null }] },
        { stepId: 'c', fields: [{ field: 'title', from: 'Call', to: 'Ring' }] },
      ],
      settings: [{ field: 'sendWindowEndMinute', from: 1080, to: 600 }],
    });
  });

  it('EDT-02, EDT-03: tells added, deleted and moved steps apart', () => {
    const difference = differenceBetween(ids('abcde'), ids('xbdea'));
    expect(difference.added).toEqual([{ stepId: 'x', position: 1 }]);
    expect(difference.deleted).toEqual([{ stepId: 'c', position: 3 }]);
    expect(difference.moved).toEqual([{ stepId: 'a', from: 1, to: 5 }]);
    expect(difference.changed).toEqual([]);
  });

  it('says of a step that merely moved up because another went that it stayed', () => {
    expect(differenceBetween(ids('abcde'), ids('bcde')).moved).toEqual([]);
    expect(differenceBetween(ids('abcde'), ids('eabcd')).moved).toEqual([
      { stepId: 'e', from: 5, to: 1 },
    ]);
  });

  const definitions = fc
    .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { minLength: 1 })
    .map((letters) => ids(letters.join('')));

  it('is empty between a version and itself alone, and the same size both ways', () => {
    fc.assert(
      fc.property(definitions, definitions, (from, to) => {
        expect(isSame(from, from)).toBe(true);
        const orderOf = ({ steps }: SequenceDefinition) => steps.map(({ id }) => id).join('');
        expect(isSame(from, to)).toBe(orderOf(from) === orderOf(to));
        const there = differenceBetween(from, to);
        const back = differenceBetween(to, from);
        expect(there.moved).toHaveLength(back.moved.length);
        expect(there.added.map(({ stepId }) => stepId)).toEqual(
          back.deleted.map(({ stepId }) => stepId),
        );
      }),
    );
  });

  it('leaves the steps that it does not name in their order', () => {
    fc.assert(
      fc.property(definitions, definitions, (from, to) => {
        const { added, deleted, moved } = differenceBetween(from, to);
        const named = new Set([...added, ...deleted, ...moved].map(({ stepId }) => stepId));
        const rest = ({ steps }: SequenceDefinition) =>
          steps.map(({ id }) => id).filter((id) => !named.has(id));
        expect(rest(from)).toEqual(rest(to));
      }),
    );
  });
});
