import { describe, expect, it } from 'vitest';

import { chooseTimeZone } from '../../../src/domain/time/choose-zone.js';

const senderZone = 'Europe/Berlin';

describe('chooseTimeZone', () => {
  it.each([
    ["SET-16, SET-18: the contact's, when asked for", true, 'Asia/Tokyo', 'Asia/Tokyo'],
    ["SET-19: the sender's, when the contact has none", true, null, senderZone],
    ["SET-20: the sender's, when not asked for", false, 'Asia/Tokyo', senderZone],
    ["SET-20: the sender's, when neither", false, null, senderZone],
  ])('%s', (_, useContactZone, contactZone, expected) => {
    expect(chooseTimeZone({ useContactZone, contactZone, senderZone })).toBe(expected);
  });
});
