import { describe, expect, it } from 'vitest';
import {
  createImpactTally,
  type AffectedCase,
  type Impact,
} from '../../../src/domain/enrollment/impact.js';
import { noHolidays, type Standing } from '../../../src/domain/enrollment/enrollment.js';
import { goOn } from '../../../src/domain/enrollment/progress.js';
import type { SequenceDefinition } from '../../../src/domain/sequence/definition.js';
import { by, call, definition, email, monday, started } from './cases.js';

const tuesday = '2026-11-24T18:00:00.000Z';
const [one, two, phone, last] = definition.steps;
if (!one || !two || !phone || !last) throw new Error('the cases have other steps by now');

const version = (...steps: SequenceDefinition['steps']): SequenceDefinition => ({
  ...definition,
  steps,
});

/** "one" was sent on Monday; "two" is due two business days later. */
const sent = goOn(started(), 'one', by(monday), { type: 'email_sent', data: {} }).standing;

const affected = (
  id: string,
  standing: Partial<Standing> = {},
  { definition: runs = definition, ran = ['one'] }: Partial<Ran> = {},
): AffectedCase => ({
  ...started(runs),
  id,
  version: 1,
  standing: { ...sent, ...standing },
  ran: new Set(ran),
});
interface Ran {
  readonly definition: SequenceDefinition;
  readonly ran: readonly string[];
}

function impactOf(to: SequenceDefinition, ...cases: readonly AffectedCase[]): Impact {
  const change = { toVersion: 2, definition: to, holidays: noHolidays };
  const tally = createImpactTally(change, by(tuesday));
  for (const one of cases) tally.add(one);
  return tally.result();
}
const none = { finish: 0, otherStep: 0, earlier: 0, later: 0, keep: 0 };

describe('the impact of an edit', () => {
  it('counts who keeps the date, who goes on earlier or later, with another step, or finishes', () => {
    const waiting = affected('w');
    const impact = (...steps: SequenceDefinition['steps']) => impactOf(version(...steps), waiting);
    expect(impact(...definition.steps).counts).toEqual({ ...none, keep: 1 });
    expect(impact(one, email('two', 1), phone).counts).toEqual({ ...none, earlier: 1 });
    expect(impact(one, email('two', 3), phone).counts).toEqual({ ...none, later: 1 });
    expect(impact(one, phone).counts).toEqual({ ...none, otherStep: 1 });
    expect(impact(one).counts).toEqual({ ...none, finish: 1 });
  });

  it('keeps one that has no date, before or after', () => {
    const paused = { state: 'paused', reason: 'manual', pausedState: 'active' } as const;
    const held = affected('p', { ...paused, nextAt: null, restMs: 1000 });
    expect(impactOf(version(one, email('two', 5)), held).counts).toEqual({ ...none, keep: 1 });
  });

  it('shows what is next before and after, with the reasons', () => {
    const { examples } = impactOf(version(one, email('two', 3)), affected('w'));
    expect(examples).toMatchObject([
      {
        enrollmentId: 'w',
        impact: 'later',
        before: { stepId: 'two', at: sent.nextAt, why: sent.why },
        after: { stepId: 'two', at: '2026-11-26T15:00:00.000Z' },
      },
    ]);
    expect(examples[0]?.after.why).not.toEqual(sent.why);
  });

  it('shows ten examples, each kind in turn, the largest effect first', () => {
    const finishing = { definition: version(one, email('gone', 2)), ran: ['one', 'two'] };
    const cases = Array.from({ length: 12 }, (_, n) => [
      affected(`keep ${n}`),
      affected(`end ${n}`, { stepId: 'gone' }, finishing),
    ]).flat();
    const { counts, examples } = impactOf(version(one, two), ...cases);
    expect(counts).toEqual({ ...none, keep: 12, finish: 12 });
    expect(examples.map(({ enrollmentId }) => enrollmentId)).toEqual(
      [0, 1, 2, 3, 4].flatMap((n) => [`end ${n}`, `keep ${n}`]),
    );
  });

  it('shows as many of one kind as there may be examples', () => {
    const cases = Array.from({ length: 12 }, (_, n) => affected(`keep ${n}`));
    const { examples } = impactOf(definition, ...cases);
    expect(examples.map(({ enrollmentId }) => enrollmentId)).toEqual(
      Array.from({ length: 10 }, (_, n) => `keep ${n}`),
    );
  });

  it('counts steps that are run in addition, no longer, or in another form', () => {
    const edited = { ...email('last', 3), email: { subject: 'Bye', html: '<p>Bye</p>' } };
    const to = version(one, two, call('new', 1, false), edited);
    expect(impactOf(to, affected('w')).steps).toEqual({ added: 1, removed: 1, changed: 1 });
  });

  it('counts no step that has run, and none before the next one', () => {
    const changedOne = { ...one, delayDays: 0, threading: { kind: 'new' } } as const;
    const passed = version({ ...changedOne, email: { subject: 'x', html: 'x' } }, two, phone, last);
    const unchanged = { added: 0, removed: 0, changed: 0 };
    expect(impactOf(passed, affected('w')).steps).toEqual(unchanged);
    const ran = { ran: ['one', 'call'] };
    const withoutCall = version(one, two, last);
    expect(impactOf(withoutCall, affected('w', {}, ran)).steps).toEqual(unchanged);
    expect(impactOf(withoutCall, affected('w')).steps).toEqual({ ...unchanged, removed: 1 });
  });

  it('counts a step once, however many stand before it, and from wherever they stand', () => {
    const to = version(one, two, phone, call('new', 1, false), last);
    const further = affected('f', { stepId: 'last' }, { ran: ['one', 'two', 'call'] });
    expect(impactOf(to, further).steps).toEqual({ added: 0, removed: 0, changed: 0 });
    const all = impactOf(to, further, affected('a'), affected('b'));
    expect(all.steps).toEqual({ added: 1, removed: 0, changed: 0 });
  });

  it('EDT-03: a deleted step whose email is being sent still runs', () => {
    const sending = { ...affected('s'), send: 'begun' } as const;
    const { counts, steps } = impactOf(version(one, phone, last), sending);
    expect(counts).toEqual({ ...none, keep: 1 });
    expect(steps).toEqual({ added: 0, removed: 0, changed: 0 });
  });

  it('of one that finishes, all that was left is no longer run', () => {
    expect(impactOf(version(one), affected('w')).steps).toEqual({
      added: 0,
      removed: 3,
      changed: 0,
    });
  });
});
