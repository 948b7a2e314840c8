import { describe, expect, it } from 'vitest';
import {
  problemsOfProperties,
  propertiesIn,
  type DeclaredProperty,
} from '../../../src/domain/segment/declared.js';
import type { Filter } from '../../../src/domain/segment/filter.js';

const declared: readonly DeclaredProperty[] = [
  { object: 'contact', name: 'seats', type: 'number', options: [] },
  { object: 'company', name: 'plan', type: 'enumeration', options: ['free', 'paid'] },
];
const seats = 'contact.properties.seats';
const plan = 'company.properties.plan';
const hint = 'It is declared as a number: write it without quotes, with a point before decimals.';

describe('the declared properties of a filter', () => {
  it('SEQ-25: are each named once', () => {
    const filter: Filter = {
      and: [
        { field: seats, operator: 'gt', value: 3 },
        { field: 'contact.email', operator: 'known' },
        {
          or: [{ field: seats, operator: 'unknown' }, { not: { field: plan, operator: 'known' } }],
        },
      ],
    };
    expect(propertiesIn(filter)).toEqual([
      { object: 'contact', name: 'seats' },
      { object: 'company', name: 'plan' },
    ]);
  });

  it('SEQ-25: are compared by values that they take', () => {
    const fits: Filter = {
      and: [
        { field: seats, operator: 'eq', value: 3 },
        { field: seats, operator: 'gt', value: 3 },
        { field: plan, operator: 'in', value: ['free', 'paid'] },
        { field: plan, operator: 'neq', value: 'free' },
        { field: plan, operator: 'known' },
      ],
    };
    expect(problemsOfProperties(fits, declared)).toEqual([]);
  });

  it('SEQ-25: are told with the place of what does not fit', () => {
    const filter: Filter = {
      and: [
        { field: seats, operator: 'eq', value: '3' },
        { not: { field: seats, operator: 'neq', value: true } },
        { field: plan, operator: 'in', value: ['free', 'other'] },
      ],
    };
    expect(problemsOfProperties(filter, declared)).toEqual([
      { path: ['and', 0, 'value'], code: 'invalid_value', message: hint },
      { path: ['and', 1, 'not', 'value'], code: 'invalid_value', message: hint },
      {
        path: ['and', 2, 'value', 1],
        code: 'invalid_value',
        message: 'It is declared with options: write one of "free", "paid".',
      },
    ]);
  });

  it('SEQ-25: are compared by the operators of their type', () => {
    const [problem] = problemsOfProperties(
      { field: seats, operator: 'contains', value: 'x' },
      declared,
    );
    expect(problem).toMatchObject({ path: ['operator'], code: 'unknown_operator' });
    expect(problem?.message).toMatch(
      /^contact\.properties\.seats is declared as number, which is compared by one of: (\w+, )+\w+\.$/,
    );
  });

  it('go with anything while they are undeclared, on the other object too', () => {
    for (const field of ['company.properties.seats', 'contact.properties.plan']) {
      const filter: Filter = { field, operator: 'contains', value: 'x' };
      expect(problemsOfProperties(filter, declared)).toEqual([]);
    }
    const other: Filter = { field: `x${seats}`, operator: 'contains', value: 'x' };
    expect(problemsOfProperties(other, declared)).toEqual([]);
    const fixed: Filter = { field: 'contact.email', operator: 'eq', value: 'ada@example.com' };
    expect(problemsOfProperties(fixed, declared)).toEqual([]);
  });
});
