import { expect, test } from 'vitest';
import { replyCodes } from '../../../src/domain/sending/reply-codes.js';

test.each([
  ['550 5.1.1 <ada@example.com>: no such person', '550 5.1.1'],
  ['250 2.0.0', '250 2.0.0'],
  ['250 OK taken for ada@example.com', '250'],
  ['250-first\r\n250 2.0.0 second', '250'],
  ['250 2.0.0.ada@example.com', '250'],
  [' 451 4.7.1 later', '451 4.7.1'],
  ['ada@example.com is unknown', ''],
  ['', ''],
])('of %j only the codes are kept: %j', (reply, codes) => {
  expect(replyCodes(reply)).toBe(codes);
});
