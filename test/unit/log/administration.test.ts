import { expect, test } from 'vitest';
import { isAdministration } from '../../../src/domain/log/names.js';

test.each([
  ['account', 'paused', {}, true],
  ['user', 'absence_added', {}, true],
  ['api_key', 'rotated', {}, true],
  ['team', 'changed', {}, true],
  ['mailbox', 'created', { userId: 'u' }, true],
  ['suppression', 'removed', {}, true],
  ['suppression', 'added', {}, false],
  ['sequence', 'paused', {}, true],
  ['sequence', 'resumed', {}, true],
  ['sequence', 'paused', { userId: 'u' }, false],
  ['sequence', 'deleted', {}, false],
  ['contact', 'created', {}, false],
  ['enrollment', 'paused', {}, false],
] as const)('%s %s with %o is administration: %s', (subject, type, data, expected) => {
  expect(isAdministration({ subject, type }, data)).toBe(expected);
});
