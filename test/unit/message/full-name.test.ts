import { expect, it } from 'vitest';
import { fullName } from '../../../src/domain/message/full-name.js';

it.each([
  ['Ada', 'King', 'Ada King'],
  ['Ada', null, 'Ada'],
  [null, 'King', 'King'],
  [null, null, null],
  ['', null, null],
])('SEQ-27: the name of %o and %o is %o', (firstName, lastName, name) => {
  expect(fullName({ firstName, lastName })).toBe(name);
});
