import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxContacts, mergeChoices, type BulkChoices } from '../../../src/domain/bulk/bulk.js';

const token = fc.dictionary(fc.constantFrom('contact.firstName', 'company.name'), fc.string(), {
  noNullPrototype: true,
});
const step = fc.record(
  { delayDays: fc.nat(90), subject: fc.string(), tokenValues: token },
  { requiredKeys: [], noNullPrototype: true },
);
const choices: fc.Arbitrary<BulkChoices> = fc.record(
  {
    settings: fc.record({ sendWindowStartMinute: fc.nat(600) }, { requiredKeys: [] }),
    steps: fc.dictionary(fc.constantFrom('one', 'two'), step, { noNullPrototype: true }),
    tokenValues: token,
    continueWithoutCompleting: fc.boolean(),
    startStepId: fc.constantFrom('one', 'two'),
    timeZone: fc.constantFrom('UTC', 'Asia/Tokyo'),
    useContactTimeZone: fc.boolean(),
  },
  { requiredKeys: [], noNullPrototype: true },
);

it('LIM-06: a batch has at most 50 contacts, an import 10,000', () => {
  expect(maxContacts).toEqual({ bulk: 50, import: 10_000 });
});

describe('mergeChoices', () => {
  it('BLK-05: lays a step over what all have there, field by field and token by token', () => {
    const defaults: BulkChoices = {
      settings: { sendWindowStartMinute: 60, taskCreationMinute: 30 },
      steps: {
        one: { delayDays: 3, subject: 'All', tokenValues: { a: 'all', b: 'all' } },
        two: { delayDays: 4 },
      },
      tokenValues: { c: 'all', d: 'all' },
      continueWithoutCompleting: true,
      startStepId: 'one',
    };
    const own: BulkChoices = {
      settings: { sendWindowStartMinute: 90 },
      steps: { one: { subject: 'Own', tokenValues: { b: 'own' } } },
      tokenValues: { d: 'own' },
      continueWithoutCompleting: false,
    };
    expect(mergeChoices(defaults, own)).toEqual({
      settings: { sendWindowStartMinute: 90, taskCreationMinute: 30 },
      steps: {
        one: { delayDays: 3, subject: 'Own', tokenValues: { a: 'all', b: 'own' } },
        two: { delayDays: 4 },
      },
      tokenValues: { c: 'all', d: 'own' },
      continueWithoutCompleting: false,
      startStepId: 'one',
    });
  });

  it('SET-10: a zone of its own undoes that all run in their contact’s, and the other way round', () => {
    expect(mergeChoices({ useContactTimeZone: true }, { timeZone: 'Asia/Tokyo' })).toEqual({
      timeZone: 'Asia/Tokyo',
    });
    expect(mergeChoices({ timeZone: 'Asia/Tokyo' }, { useContactTimeZone: true })).toEqual({
      useContactTimeZone: true,
    });
  });

  it('BLK-04: names no choice that nobody made', () => {
    expect(Object.keys(mergeChoices({}, {}))).toEqual([]);
    const undecided = { timeZone: undefined, useContactTimeZone: undefined };
    expect(Object.keys(mergeChoices(undecided, { startStepId: 'one' }))).toEqual(['startStepId']);
  });

  it('BLK-04 BLK-05: nothing of its own is what all have, and what it has is never lost', () => {
    fc.assert(
      fc.property(choices, choices, (all, own) => {
        expect(mergeChoices(all, {})).toEqual(all);
        expect(mergeChoices({}, own)).toEqual(own);
        const merged = mergeChoices(all, own);
        expect(merged).toMatchObject(own);
        expect(mergeChoices(merged, own)).toEqual(merged);
      }),
    );
  });
});
