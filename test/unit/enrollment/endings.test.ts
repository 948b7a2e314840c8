import { describe, expect, it } from 'vitest';
import {
  enrollmentStates,
  isLive,
  isWidePause,
  waitingFor,
} from '../../../src/domain/enrollment/state.js';
import { companyReason, ownReason } from '../../../src/domain/enrollment/stopping.js';
import {
  endingOf,
  suppressionReasons,
  weightiest,
} from '../../../src/domain/enrollment/suppression.js';

describe('why an enrollment ends', () => {
  it('ENR-20 ENR-21: by its own contact’s reply or meeting, a link told from a log', () => {
    expect(ownReason({ type: 'reply', via: 'logged' })).toBe('replied');
    expect(ownReason({ type: 'reply', via: 'link' })).toBe('replied');
    expect(ownReason({ type: 'meeting', via: 'link' })).toBe('meeting_link');
    expect(ownReason({ type: 'meeting', via: 'logged' })).toBe('meeting_logged');
  });

  it('ENR-22: by that of another contact of the company', () => {
    expect(companyReason({ type: 'reply' })).toBe('company_replied');
    expect(companyReason({ type: 'meeting' })).toBe('company_meeting');
  });

  it.each([
    ['marked_as_spam', 'unenrolled', 'unsubscribed'],
    ['unsubscribed', 'unenrolled', 'unsubscribed'],
    ['unsubscribed_personal', 'unenrolled', 'unsubscribed'],
    ['blocked', 'unenrolled', 'blocked'],
    ['blocked_domain', 'unenrolled', 'blocked'],
    ['bounced', 'errored', 'bounced'],
  ] as const)('2.2: %s ends it as %s/%s', (suppression, state, reason) => {
    expect(endingOf(suppression)).toEqual({ state, reason });
  });

  it('ERR-05: of several reasons the owner’s own word weighs most', () => {
    for (const [index, reason] of suppressionReasons.entries()) {
      expect(weightiest(suppressionReasons.slice(index).toReversed())).toBe(reason);
    }
    expect(weightiest([])).toBeUndefined();
  });
});

describe('the state of an enrollment', () => {
  it('ENR-08: is live until it has finished, was unenrolled or failed', () => {
    expect(enrollmentStates.filter(isLive)).toEqual([
      ...['scheduled', 'active', 'waiting_task', 'paused'],
    ]);
  });

  it('says what it waits for', () => {
    expect(enrollmentStates.map((state) => [state, waitingFor(state)])).toEqual([
      ['scheduled', 'time'],
      ['active', 'time'],
      ['waiting_task', 'task'],
      ['paused', 'resume'],
      ['finished', 'nothing'],
      ['unenrolled', 'nothing'],
      ['errored', 'nothing'],
    ]);
  });

  it('2.2: is under the pause of its sequence or account by these reasons alone', () => {
    expect(isWidePause('sequence_paused')).toBe(true);
    expect(isWidePause('account_paused')).toBe(true);
    expect(isWidePause('manual')).toBe(false);
    expect(isWidePause(null)).toBe(false);
  });
});
