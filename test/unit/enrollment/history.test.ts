import { describe, expect, it } from 'vitest';
import {
  enrollmentProperties,
  type PastEnrollment,
} from '../../../src/domain/enrollment/history.js';

const day = (date: number) => `2026-11-${String(date).padStart(2, '0')}T10:00:00.000Z`;
const past = (id: string, changes: Partial<PastEnrollment> = {}): PastEnrollment => ({
  id,
  sequenceId: `sequence of ${id}`,
  state: 'finished',
  reason: 'all_steps',
  enrolledAt: day(1),
  endedAt: day(2),
  ...changes,
});
const nothing = {
  isEnrolled: false,
  enrolledCount: 0,
  activelyEnrolledCount: 0,
  latestSequenceEnrolledId: null,
  latestSequenceEnrolledDate: null,
  latestSequenceEndedDate: null,
  latestSequenceFinishedDate: null,
  latestSequenceUnenrolledDate: null,
};

describe('what the enrollments of a contact come to', () => {
  it('SEQ-25: is nothing for one that was never enrolled', () => {
    expect(enrollmentProperties([])).toEqual(nothing);
  });

  it('SEQ-25: counts all, and those that have not ended', () => {
    const live = past('b', {
      state: 'paused',
      reason: 'manual',
      enrolledAt: day(3),
      endedAt: null,
    });
    expect(enrollmentProperties([live])).toEqual({
      ...nothing,
      isEnrolled: true,
      enrolledCount: 1,
      activelyEnrolledCount: 1,
      latestSequenceEnrolledId: 'sequence of b',
      latestSequenceEnrolledDate: day(3),
    });
    expect(enrollmentProperties([live, past('a')])).toMatchObject({
      isEnrolled: true,
      enrolledCount: 2,
      activelyEnrolledCount: 1,
      latestSequenceEndedDate: day(2),
    });
  });

  it('SEQ-25: takes the latest of each date, in whatever order they come', () => {
    const history = [
      past('a', { enrolledAt: day(1), endedAt: day(4) }),
      past('b', { state: 'unenrolled', reason: 'replied', enrolledAt: day(5), endedAt: day(6) }),
      past('c', { enrolledAt: day(7), endedAt: day(8) }),
      past('d', { state: 'unenrolled', reason: 'manual', enrolledAt: day(9), endedAt: day(10) }),
      past('e', { state: 'errored', reason: 'bounced', enrolledAt: day(11), endedAt: day(12) }),
    ];
    const expected = {
      isEnrolled: false,
      enrolledCount: 5,
      activelyEnrolledCount: 0,
      latestSequenceEnrolledId: 'sequence of e',
      latestSequenceEnrolledDate: day(11),
      latestSequenceEndedDate: day(12),
      latestSequenceFinishedDate: day(8),
      latestSequenceUnenrolledDate: day(10),
    };
    expect(enrollmentProperties(history)).toEqual(expected);
    expect(enrollmentProperties(history.toReversed())).toEqual(expected);
  });

  it('SEQ-25: of two at one instant the one with the later id is the latest', () => {
    const two = [past('a'), past('b')];
    expect(enrollmentProperties(two).latestSequenceEnrolledId).toBe('sequence of b');
    expect(enrollmentProperties(two.toReversed()).latestSequenceEnrolledId).toBe('sequence of b');
    const apart = [past('a', { enrolledAt: day(2) }), past('b')];
    expect(enrollmentProperties(apart).latestSequenceEnrolledId).toBe('sequence of a');
  });
});
