import { describe, expect, it } from 'vitest';
import { warningsFor } from '../../../src/domain/segment/selection.js';

describe('how many contacts are enrolled automatically', () => {
  it('LIM-10: is warned about above a hundred', () => {
    expect(warningsFor(0)).toEqual([]);
    expect(warningsFor(100)).toEqual([]);
    expect(warningsFor(101)).toEqual([
      {
        code: 'LARGE_SELECTION',
        message:
          'These are 101 contacts. Enrolling more than 100 automatically is advised against: choose more narrowly, or enroll them in parts.',
      },
    ]);
  });
});
