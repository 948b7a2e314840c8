import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { showTimelineEntry, timelineEntry } from '../../../src/api/shapes/timeline.js';
import { showLogEntry, logEntry } from '../../../src/api/shapes/log.js';
import { factsOf, logTypes, type LogFacts } from '../../../src/domain/enrollment/log.js';

const id = '0192f0c1-0000-7000-8000-000000000000';
const at = '2026-11-26T22:00:00.000Z';
const why = [{ rule: 'delay', days: 3, unit: 'business_days', from: at }] as const;
const facts = {
  state: 'active',
  reason: 'replied',
  occurredAt: at,
  plannedAt: at,
  why,
  next: { stepId: 'call', at: null, why },
  fromVersion: 1,
  toVersion: 2,
  taskId: id,
  outcome: 'connected',
  hasNote: true,
  assigneeId: id,
  fromAssigneeId: id,
  sendId: id,
  dueAt: at,
  restMs: 5,
  until: at,
  smtpCode: 550,
  problem: 'refused',
  missing: [{ field: 'subject', token: 'company.name', placeholder: 'N/A' }],
  throughEnrollmentId: id,
  suppression: 'bounced',
} as const satisfies LogFacts;

/** A row as it may stand in the table, whatever its release thought of it. */
const kept = z.custom<Parameters<typeof showTimelineEntry>[0]>();
const rowOf = (type: string, data: object, others: object = {}) =>
  kept.parse({
    ...{ generation: 1, xact: '1', id: 1, accountId: id, subject: 'enrollment', subjectId: id },
    ...{ number: 1, at, type, stepId: null, data, messageId: null },
    ...{ actor: { kind: 'user', id }, cause: { kind: 'due' } },
    ...others,
  });

describe('an entry of a timeline', () => {
  test.each(logTypes)(
    'of the type %s tells what the log writes of it, and nothing is lost',
    (type) => {
      const { always, sometimes } = factsOf[type];
      const pick = (names: readonly (keyof typeof facts)[]) =>
        Object.fromEntries(names.map((name) => [name, facts[name]]));
      for (const data of [pick(always), pick([...always, ...sometimes])]) {
        const shown = timelineEntry.parse(showTimelineEntry(rowOf(type, data)));
        expect(shown).toEqual({
          ...{ number: 1, at, type, stepId: null, data },
          ...{ actor: { kind: 'user', id }, cause: { kind: 'due' } },
        });
      }
      for (const missing of always) {
        const data = pick([...always, ...sometimes].filter((fact) => fact !== missing));
        const shown = timelineEntry.parse(showTimelineEntry(rowOf(type, data)));
        expect(shown).toMatchObject({ type: 'other', writtenAs: type, data });
      }
    },
  );

  it('of a type, an actor, a cause and a rule that this release does not know is shown as `other`', () => {
    const others = { actor: { kind: 'martian' }, cause: { kind: 'beam' } };
    const told = rowOf('teleported', { where: 'Mars' }, others);
    expect(timelineEntry.parse(showTimelineEntry(told))).toMatchObject({
      ...{ type: 'other', writtenAs: 'teleported', data: { where: 'Mars' } },
      ...{ actor: { kind: 'other' }, cause: { kind: 'other' } },
    });
    expect(logEntry.parse(showLogEntry(told, true))).toMatchObject({ type: 'other' });
    const rule = { rule: 'full_moon', at };
    const next = { next: { stepId: 'a', at, why: [rule] } };
    expect(timelineEntry.parse(showTimelineEntry(rowOf('rescheduled', next)))).toMatchObject({
      type: 'rescheduled',
      data: { next: { why: [{ rule: 'other', at }] } },
    });
  });

  it('is shown, whatever an older release has kept of it', () => {
    const odd = fc.dictionary(fc.constantFrom(...Object.keys(facts), 'x'), fc.jsonValue());
    fc.assert(
      fc.property(fc.constantFrom(...logTypes, 'gone'), odd, odd, (type, data, who) => {
        const told = rowOf(type, data, { actor: who, cause: who });
        expect(() => timelineEntry.parse(showTimelineEntry(told))).not.toThrow();
        expect(() => logEntry.parse(showLogEntry(told, true))).not.toThrow();
      }),
    );
  });
});
