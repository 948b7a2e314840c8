import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeVersion, type MovingCase } from '../../../src/domain/enrollment/change-version.js';
import type { EnrollmentOverrides } from '../../../src/domain/enrollment/choices.js';
import { overlay, valuesAt } from '../../../src/domain/enrollment/overlay.js';
import { begin, goOn } from '../../../src/domain/enrollment/progress.js';
import { progressOf } from '../../../src/domain/enrollment/step-progress.js';
import {
  defaultSettings,
  type SequenceDefinition,
} from '../../../src/domain/sequence/definition.js';
import type { Step } from '../../../src/domain/sequence/step.js';
import { eligibleDays } from '../../../src/domain/time/types.js';
import { by, call, definition, email, monday, started } from './cases.js';

/** A step may have the name of something that every object has. */
const ids = ['a', 'b', 'c', 'd', 'constructor'] as const;
const anyStep = (id: string): fc.Arbitrary<Step> =>
  fc
    .tuple(fc.nat(9), fc.boolean(), fc.boolean())
    .map(([days, waits, mail]) => (mail ? email(id, days) : call(id, days, waits)));
const stepsOf = (some: readonly string[]) => fc.tuple(...some.map(anyStep));
const anyVersion: fc.Arbitrary<SequenceDefinition> = fc
  .shuffledSubarray([...ids], { minLength: 1 })
  .chain(stepsOf)
  .map((steps) => ({ steps, settings: defaultSettings }));
const text = fc.constantFrom('x', 'y');
const anyOverride = fc.record(
  {
    delayDays: fc.nat(90),
    title: text,
    notes: text,
    waitsForCompletion: fc.boolean(),
    subject: text,
    html: text,
    tokenValues: fc.constant({ 'contact.plan': 'own' }),
  },
  { requiredKeys: [] },
);
const anyOverrides: fc.Arbitrary<EnrollmentOverrides> = fc.record(
  {
    settings: fc.record(
      { eligibleFollowUpDays: fc.constantFrom(...eligibleDays), taskCreationMinute: fc.nat(1439) },
      { requiredKeys: [] },
    ),
    steps: fc.dictionary(fc.constantFrom(...ids, 'gone'), anyOverride),
    continueWithoutCompleting: fc.boolean(),
  },
  { requiredKeys: [] },
);

describe('what an enrollment has otherwise than its sequence', () => {
  it('is nothing without overrides: the version itself', () => {
    expect(overlay(definition, null)).toBe(definition);
    fc.assert(
      fc.property(anyVersion, (version) => {
        expect(overlay(version, {})).toEqual(version);
      }),
    );
  });

  it('laid over twice is the same as once', () => {
    fc.assert(
      fc.property(anyVersion, anyOverrides, (version, overrides) => {
        const once = overlay(version, overrides);
        expect(overlay(once, overrides)).toEqual(once);
      }),
    );
  });

  it('stays with its step, wherever a version has it, and adds and takes away no step', () => {
    fc.assert(
      fc.property(anyVersion, anyOverrides, ({ steps, settings }, overrides) => {
        const turned = overlay({ steps: steps.toReversed(), settings }, overrides);
        expect(turned.steps).toEqual(overlay({ steps, settings }, overrides).steps.toReversed());
        const only = { steps: { gone: { delayDays: 5, html: 'x' } } };
        expect(overlay({ steps, settings }, only)).toEqual({ steps, settings });
      }),
    );
  });

  it('SET-01 SET-11: never moves the step that is executed first', () => {
    fc.assert(
      fc.property(anyVersion, anyOverrides, fc.nat(), (version, overrides, pick) => {
        const startStepId = version.steps[pick % version.steps.length]?.id ?? '';
        for (const start of [{}, { startStepId }, { startStepId, firstStepAt: sunday }]) {
          const plain = begin(version, { at: monday, timeZone: 'UTC' }, start);
          expect(
            begin(overlay(version, overrides), { at: monday, timeZone: 'UTC' }, start),
          ).toEqual(plain);
        }
      }),
    );
  });

  it('TSK-13 BLK-11: lets all tasks be passed, but for a step that says otherwise', () => {
    const steps = [call('a', 0, true), call('b', 1, true), email('c', 1)];
    const overrides = {
      continueWithoutCompleting: true,
      steps: { b: { waitsForCompletion: true } },
    };
    const laid = overlay({ steps, settings: defaultSettings }, overrides);
    expect(laid.steps).toMatchObject([
      { waitsForCompletion: false },
      { waitsForCompletion: true },
      {},
    ]);
    expect(laid.steps[2]).toEqual(steps[2]);
  });

  it('ENR-16: content of its own is no longer a template’s', () => {
    const template = { id: 't', version: 1 };
    const step: Step = { ...email('a', 0), email: { subject: 's', html: 'h', template } } as const;
    const version = { steps: [step], settings: defaultSettings };
    const [plain] = overlay(version, { steps: { a: { delayDays: 0 } } }).steps;
    expect(plain?.email).toEqual({ subject: 's', html: 'h', template });
    const [own] = overlay(version, { steps: { a: { html: 'x' } } }).steps;
    expect(own?.email).toEqual({ subject: 's', html: 'x' });
    const [titled] = overlay(version, { steps: { a: { subject: 'x' } } }).steps;
    expect(titled?.email).toEqual({ subject: 'x', html: 'h' });
  });

  it('ENR-16: changes the draft of a manual email too, and gives no other task one', () => {
    const manual: Step = {
      id: 'a',
      kind: 'manual_email',
      delayDays: 0,
      title: 'Write',
      notes: '',
      priority: 'none',
      waitsForCompletion: true,
      email: { subject: 's', html: 'h' },
    };
    const version = { steps: [manual, call('b', 0, true)], settings: defaultSettings };
    const laid = overlay(version, { steps: { a: { html: 'x' }, b: { title: 't' } } });
    expect(laid.steps[0]).toEqual({ ...manual, email: { subject: 's', html: 'x' } });
    expect(laid.steps[1]).not.toHaveProperty('email');
    expect(laid.steps[1]).toMatchObject({ title: 't' });
  });

  it('ENR-14: a value of the step wins over one of the enrollment, and that over the contact’s', () => {
    const known = { 'contact.a': 'contact', 'contact.b': 'contact', 'contact.c': 'contact' };
    const overrides = {
      tokenValues: { 'contact.b': 'all', 'contact.c': 'all' },
      steps: { one: { tokenValues: { 'contact.c': 'one' } } },
    };
    const expected = { 'contact.a': 'contact', 'contact.b': 'all', 'contact.c': 'one' };
    expect(valuesAt(known, overrides, 'one')).toEqual(expected);
    expect(valuesAt(known, overrides, 'constructor')).toMatchObject({ 'contact.c': 'all' });
    expect(valuesAt(known, null, 'one')).toBe(known);
  });
});

const sunday = '2026-11-29T03:30:00.000Z';

describe('an enrollment that starts later in its sequence', () => {
  it('ENR-13: never runs a step before its start, however its sequence is edited on the way', () => {
    const versions = fc.array(anyVersion, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(anyVersion, fc.nat(), versions, (first, pick, edits) => {
        const startAt = pick % first.steps.length;
        const before = new Set(first.steps.slice(0, startAt).map(({ id }) => id));
        const startStepId = first.steps[startAt]?.id ?? '';
        let current: MovingCase = {
          ...started(first),
          standing: begin(first, { at: monday, timeZone: 'America/New_York' }, { startStepId }),
          ran: before,
        };
        for (const [index, version] of edits.entries()) {
          const change = {
            fromVersion: index + 1,
            toVersion: index + 2,
            definition: version,
            holidays: current.holidays,
          };
          const moved = changeVersion(current, change, by(monday)).standing;
          if (moved.stepId === null) return;
          expect(before.has(moved.stepId)).toBe(false);
          const ran = new Set([...current.ran, moved.stepId]);
          const there = { ...current, definition: version, standing: moved, ran };
          const after = goOn(there, moved.stepId, by(monday), { type: 'email_sent', data: {} });
          if (after.standing.stepId === null) return;
          expect(before.has(after.standing.stepId)).toBe(false);
          current = { ...there, standing: after.standing };
        }
      }),
    );
  });

  it('SEQ-17: keeps a delay of its own when the sequence’s is changed, and its date with it', () => {
    const overrides = { steps: { two: { delayDays: 4 } } };
    const own = { ...started(overlay(definition, overrides)), overrides };
    const waits = goOn(own, 'one', by(monday), { type: 'email_sent', data: {} }).standing;
    const longer = {
      ...definition,
      steps: definition.steps.map((step) => ({ ...step, delayDays: 9 })),
    };
    const change = { fromVersion: 1, toVersion: 2, definition: longer, holidays: own.holidays };
    const moving: MovingCase = { ...own, standing: waits, ran: new Set(['one']) };
    expect(changeVersion(moving, change, by(monday)).standing.nextAt).toBe(waits.nextAt);
    const plain: MovingCase = { ...moving, overrides: null, definition };
    expect(changeVersion(plain, change, by(monday)).standing.nextAt).not.toBe(waits.nextAt);
  });

  it('tells how each step stands', () => {
    const history = new Map([
      ['two', 'done'],
      ['call', 'skipped'],
    ] as const);
    const progress = (stepId: string | null, before: readonly string[] | null): unknown =>
      progressOf(definition, {
        ...{ stepId, stepsBeforeStart: before, history, uncertainSteps: [] },
      }).map((step) => step.progress);
    expect(progress('last', ['one'])).toEqual(['before_start', 'done', 'skipped', 'next']);
    expect(progress(null, ['one'])).toEqual(['before_start', 'done', 'skipped', 'not_run']);
    // Put before the one that is next by an edit: it never runs.
    expect(progress('last', null)).toEqual(['not_run', 'done', 'skipped', 'next']);
    expect(progress('one', null)).toEqual(['next', 'done', 'skipped', 'later']);
  });
});
