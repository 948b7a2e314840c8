import { expect, it } from 'vitest';
import { emailState } from '../../../src/domain/sending/email-state.js';

it.each([
  ['reserved', 'sending'],
  ['connecting', 'sending'],
  ['in_data', 'sending'],
  ['deferred', 'deferred'],
  ['sent', 'sent'],
  ['rejected', 'rejected'],
  ['unknown', 'unknown'],
  ['withdrawn', 'withdrawn'],
] as const)('an automated email that is %s in the ledger is %s', (ledger, shown) => {
  expect(emailState(ledger, undefined)).toBe(shown);
});

it.each([
  ['deferred', 'open', 'deferred'],
  ['deferred', 'cancelled', 'withdrawn'],
  ['given_up', 'open', 'given_up'],
  // A new try is asked for, and the ledger still has the mail of the one before.
  ['sending', 'open', 'given_up'],
] as const)('SEQ-26: one of a task, deferred in the ledger: %s, %s: %s', (email, task, shown) => {
  expect(emailState('deferred', { task, email })).toBe(shown);
});

it('SEQ-26: one of a task is what its ledger says, whatever its user tries next', () => {
  expect(emailState('rejected', { task: 'open', email: 'sending' })).toBe('rejected');
  expect(emailState('connecting', { task: 'open', email: 'deferred' })).toBe('sending');
});
