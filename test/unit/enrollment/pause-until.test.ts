import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMessage } from '../../../src/domain/enrollment/apply-message.js';
import type {
  Decision,
  EnrollmentCase,
  Refusal,
} from '../../../src/domain/enrollment/enrollment.js';
import type { EnrollmentMessage } from '../../../src/domain/enrollment/message.js';
import { endPause, maxPauseDays } from '../../../src/domain/enrollment/pause-until.js';
import { pause } from '../../../src/domain/enrollment/pause.js';
import { goOn } from '../../../src/domain/enrollment/progress.js';
import { afterSend } from '../../../src/domain/enrollment/send-outcome.js';
import { statusOf } from '../../../src/domain/enrollment/status.js';
import { by, monday, started } from './cases.js';

const tuesday = '2026-11-24T15:00:00.000Z';
const december10 = '2026-12-10T15:00:00.000Z';
const december15 = '2026-12-15T15:00:00.000Z';

function decided(current: EnrollmentCase, result: Decision | Refusal | undefined): EnrollmentCase {
  if (result?.kind !== 'decision') throw new Error(result?.detail ?? 'nothing was decided');
  return { ...current, standing: result.standing };
}
type Said = Omit<EnrollmentMessage, 'messageId'>;
const say = (current: EnrollmentCase, said: Said, at: string) =>
  applyMessage(current, { ...said, messageId: 'm' }, by(at));
const tell = (current: EnrollmentCase, said: Said, at: string): EnrollmentCase =>
  decided(current, say(current, said, at));

/** The second email is due on Wednesday at 10:00, two business days after the first. */
const active = decided(
  started(),
  goOn(started(), 'one', by(monday), { type: 'email_sent', data: {} }),
);
const away: Said = { type: 'outOfOffice', returnAt: december10 };
const byPerson = (until?: string): Said => ({ type: 'pause', ...(until && { until }) });

describe('a pause until a date', () => {
  it('2.2: keeps the rest of the delay, which runs from the end of the pause', () => {
    const paused = tell(active, byPerson(december10), tuesday);
    expect(paused.standing).toMatchObject({
      state: 'paused',
      reason: 'manual',
      nextAt: null,
      pausedUntil: december10,
      restMs: 86_400_000,
    });
    const resumed = decided(paused, endPause(paused, by(december10)));
    expect(resumed.standing).toMatchObject({
      state: 'active',
      reason: null,
      pausedUntil: null,
      nextAt: '2026-12-11T15:00:00.000Z',
    });
  });

  it('does not end before its time, nor where there is none', () => {
    const until = tell(active, byPerson(december10), tuesday);
    expect(endPause(until, by('2026-12-10T14:59:59.999Z'))).toBeUndefined();
    expect(endPause(tell(active, byPerson(), tuesday), by(december15))).toBeUndefined();
    expect(endPause(active, by(december15))).toBeUndefined();
  });

  it('5.3: ends at its planned instant when it is ended within a minute, else when it is', () => {
    const paused = tell(active, byPerson(december10), tuesday);
    const endedAt = (at: string) => endPause(paused, by(at))?.standing.nextAt;
    expect(endedAt('2026-12-10T15:00:59.999Z')).toBe('2026-12-11T15:00:00.000Z');
    expect(endedAt('2026-12-10T15:01:00.000Z')).toBe('2026-12-11T15:01:00.000Z');
    expect(endPause(paused, by('2026-12-10T15:00:30.000Z'))?.log[0]?.at).toBe(december10);
  });

  it('is resumed by hand before its end', () => {
    const paused = tell(active, byPerson(december10), tuesday);
    expect(tell(paused, { type: 'resume' }, tuesday).standing).toEqual({
      ...active.standing,
      why: [{ rule: 'resumed', at: tuesday, restMs: 86_400_000 }],
    });
  });

  it('may be given another end, or none, with the same rest', () => {
    const paused = tell(active, byPerson(december10), tuesday);
    const later = tell(paused, byPerson(december15), '2026-11-25T15:00:00.000Z');
    expect(later.standing).toEqual({ ...paused.standing, pausedUntil: december15 });
    expect(tell(later, byPerson(), tuesday).standing.pausedUntil).toBeNull();
    expect(say(paused, byPerson(december10), tuesday)).toMatchObject({ code: 'INVALID_STATE' });
  });

  it('ends ahead, and within two years', () => {
    for (const until of [monday, tuesday, '2029-01-01T00:00:00.000Z']) {
      expect(say(active, byPerson(until), tuesday)).toMatchObject({
        code: 'INVALID_STATE',
        detail: 'The enrollment cannot do that now: a pause ends at a time ahead, within 731 days.',
      });
    }
    const last = new Date(Date.parse(tuesday) + maxPauseDays * 86_400_000).toISOString();
    expect(tell(active, byPerson(last), tuesday).standing.pausedUntil).toBe(last);
  });

  it('says until when', () => {
    const { summary, why } = statusOf(tell(active, byPerson(december10), tuesday));
    expect(summary).toBe('paused before step 2 of 4, until Thu 10 Dec 2026 10:00 New York');
    expect(why).toBe(
      'Paused (manual) before step 2 (automated email), until Thu 10 Dec 2026 10:00 New York. 1 d of the delay are left and run then.',
    );
  });

  it('outlives a step that is skipped meanwhile', () => {
    const paused = tell(active, byPerson(december10), tuesday);
    const skipped = tell(paused, { type: 'skipStep' }, tuesday);
    expect(skipped.standing).toMatchObject({ stepId: 'call', pausedUntil: december10 });
    expect(endPause(skipped, by(december10))?.standing).toMatchObject({
      state: 'active',
      nextAt: '2026-12-11T05:00:00.000Z',
    });
  });
});

describe('out of office', () => {
  it('2.2: pauses until the return date that the answer names', () => {
    const { standing } = tell(active, away, tuesday);
    expect(standing).toMatchObject({ reason: 'out_of_office', pausedUntil: december10 });
  });

  it('2.2: without a date, or with one that nobody means, pauses for five business days', () => {
    for (const returnAt of [undefined, '2099-01-01T00:00:00.000Z']) {
      const said: Said = { type: 'outOfOffice', ...(returnAt && { returnAt }) };
      // Tuesday to Tuesday, over a weekend.
      expect(tell(active, said, tuesday).standing.pausedUntil).toBe('2026-12-01T15:00:00.000Z');
    }
  });

  it('changes nothing for somebody who is back by then', () => {
    expect(say(active, { type: 'outOfOffice', returnAt: tuesday }, tuesday)).toMatchObject({
      code: 'INVALID_STATE',
      detail: 'The enrollment cannot do that now: the contact is back by now.',
    });
  });

  it('the latest of several returns counts', () => {
    const paused = tell(active, away, tuesday);
    expect(say(paused, { type: 'outOfOffice', returnAt: tuesday }, monday).kind).toBe('refusal');
    expect(say(paused, { type: 'outOfOffice' }, tuesday).kind).toBe('refusal');
    expect(say(paused, away, tuesday)).toMatchObject({
      kind: 'refusal',
      detail: 'The enrollment cannot do that now: it is paused already.',
    });
    const later = tell(paused, { type: 'outOfOffice', returnAt: december15 }, tuesday);
    expect(later.standing).toEqual({ ...paused.standing, pausedUntil: december15 });
  });

  it('2.2: never takes the place of a pause made by a person, with an end or without', () => {
    for (const until of [undefined, '2026-11-25T15:00:00.000Z']) {
      const paused = tell(active, byPerson(until), tuesday);
      expect(say(paused, away, tuesday)).toMatchObject({ kind: 'refusal', code: 'INVALID_STATE' });
    }
  });

  it('gives way to a pause made by a person, which is not lifted on the return', () => {
    const paused = tell(tell(active, away, tuesday), byPerson(), tuesday);
    expect(paused.standing).toMatchObject({ reason: 'manual', pausedUntil: null });
    expect(endPause(paused, by(december15))).toBeUndefined();
  });

  it('is resumed by hand', () => {
    const paused = tell(active, away, tuesday);
    expect(tell(paused, { type: 'resume' }, tuesday).standing.state).toBe('active');
  });
});

describe('automatic pauses', () => {
  const attempt = { sendId: 'send', stepId: 'two', attempts: 1 };
  const lockedOut = { kind: 'locked_out' } as const;

  it('2.2: a mailbox that takes no login leaves a pause made by a person as it is', () => {
    const paused = tell(active, byPerson(december10), tuesday);
    const after = decided(paused, afterSend(paused, attempt, lockedOut, by(tuesday)));
    expect(after.standing).toEqual(paused.standing);
  });

  it('what is uncertain never resumes by itself, whoever had paused it', () => {
    for (const said of [byPerson(december10), away]) {
      const paused = tell(active, said, tuesday);
      const after = decided(paused, afterSend(paused, attempt, { kind: 'unknown' }, by(tuesday)));
      expect(after.standing).toMatchObject({ reason: 'send_uncertain', pausedUntil: null });
      expect(endPause(after, by(december15))).toBeUndefined();
      expect(say(after, byPerson(december10), tuesday).kind).toBe('refusal');
    }
  });

  it('2.2: whatever automatic pauses come, one made by a person stays until its own end', () => {
    const automatic = fc.constantFrom('away', 'away for long', 'mailbox', 'soft bounce');
    const ends = fc.constantFrom(undefined, december10);
    fc.assert(
      fc.property(fc.array(automatic, { maxLength: 6 }), ends, (all, until) => {
        const paused = tell(active, byPerson(until), tuesday);
        const end = all.reduce((current, one) => {
          const results: Record<typeof one, () => Decision | Refusal> = {
            away: () => say(current, away, tuesday),
            'away for long': () =>
              say(current, { type: 'outOfOffice', returnAt: december15 }, tuesday),
            mailbox: () => afterSend(current, attempt, lockedOut, by(tuesday)),
            'soft bounce': () => pause(current, 'soft_bounce', by(tuesday)),
          };
          const result = results[one]();
          return result.kind === 'decision' ? { ...current, standing: result.standing } : current;
        }, paused);
        expect(end.standing).toEqual(paused.standing);
      }),
    );
  });
});
