import { describe, expect, it } from 'vitest';
import { progressOf, type StepHistory } from '../../../src/domain/enrollment/step-progress.js';
import { definition } from './cases.js';

const nothingRan: StepHistory = new Map();
const told = (enrollment: {
  stepId: string | null;
  stepsBeforeStart?: readonly string[];
  history?: StepHistory;
  uncertainSteps?: readonly string[];
}) => progressOf(definition, { ...fresh, ...enrollment }).map(({ progress }) => progress);
const fresh = { stepsBeforeStart: null, history: nothingRan, uncertainSteps: [] };

describe('how the steps of an enrollment stand', () => {
  it('SEQ-01: lists every step in order with its place, counted from 1', () => {
    const steps = progressOf(definition, { ...fresh, stepId: 'one' });
    expect(steps).toEqual([
      { id: 'one', position: 1, kind: 'automated_email', delayDays: 0, progress: 'next' },
      { id: 'two', position: 2, kind: 'automated_email', delayDays: 2, progress: 'later' },
      { id: 'call', position: 3, kind: 'call', delayDays: 1, progress: 'later' },
      { id: 'last', position: 4, kind: 'automated_email', delayDays: 3, progress: 'later' },
    ]);
  });

  it('SEQ-01: what has run is done or skipped, what comes after the next one is later', () => {
    const history: StepHistory = new Map([
      ['one', 'done'],
      ['two', 'skipped'],
    ]);
    expect(told({ stepId: 'call', history })).toEqual(['done', 'skipped', 'next', 'later']);
  });

  it('5.1: a step that is left with a mail that may have arrived is uncertain, skipped or not; a task stays done', () => {
    const history: StepHistory = new Map([
      ['two', 'skipped'],
      ['call', 'done'],
    ]);
    const uncertainSteps = ['one', 'two', 'call'];
    expect(told({ stepId: null, history, uncertainSteps })).toEqual([
      ...['uncertain', 'uncertain', 'done', 'not_run'],
    ]);
    expect(told({ stepId: 'one', uncertainSteps: ['one'] })[0]).toBe('next');
  });

  it('TSK-11: an awaited task stays the next step although it was created', () => {
    const history: StepHistory = new Map([
      ['one', 'done'],
      ['two', 'done'],
      ['call', 'done'],
    ]);
    expect(told({ stepId: 'call', history })[2]).toBe('next');
  });

  it('3.2: a step that an edit put in before the next one never runs', () => {
    expect(told({ stepId: 'call', history: new Map([['one', 'done']]) })).toEqual([
      ...['done', 'not_run', 'next', 'later'],
    ]);
  });

  it('ENR-13: steps before the chosen start are told apart from those not run', () => {
    const before = ['one', 'two'];
    expect(told({ stepId: 'call', stepsBeforeStart: before })).toEqual([
      ...['before_start', 'before_start', 'next', 'later'],
    ]);
  });

  it('SEQ-23: once it has ended nothing is next, and what has not run never will', () => {
    expect(told({ stepId: null, history: new Map([['one', 'done']]) })).toEqual([
      ...['done', 'not_run', 'not_run', 'not_run'],
    ]);
    expect(told({ stepId: null, stepsBeforeStart: ['one'] })[0]).toBe('before_start');
  });
});
