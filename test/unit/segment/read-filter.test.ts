import { describe, expect, it, test } from 'vitest';
import { problemsOfProperties, propertiesIn } from '../../../src/domain/segment/declared.js';
import type { Filter } from '../../../src/domain/segment/filter.js';
import { readFilter } from '../../../src/domain/segment/read-filter.js';

const id = '0192F0C1-0000-7000-8000-00000000ABCD';
const known = { field: 'contact.email', operator: 'known' };
const someIn = { field: 'company.properties.plan', operator: 'in' };
const nested = (depth: number): unknown => {
  let json: unknown = known;
  for (let level = 0; level < depth; level += 1) json = { not: json };
  return json;
};

function refusals(json: unknown): readonly (readonly [string, string])[] {
  const reading = readFilter(json);
  if (reading.ok) return [];
  for (const { message } of reading.problems) expect(message).toMatch(/[.:]/);
  return reading.problems.map(({ path, code }) => [path.join('/'), code]);
}

function accepted(json: unknown): Filter {
  const reading = readFilter(json);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.filter;
}

test.each<readonly [string, unknown]>([
  ['a group of groups', { and: [{ or: [known, { not: known }] }] }],
  ['five groups in each other', nested(5)],
  ['any enrollment', { everEnrolled: {} }],
  ['a text', { field: 'contact.firstName', operator: 'startsWith', value: 'A' }],
  ['a number', { field: 'enrollment.enrolledCount', operator: 'gte', value: 2 }],
  ['a boolean', { field: 'enrollment.isEnrolled', operator: 'eq', value: false }],
  [
    'a free date',
    { field: 'contact.properties.renewsOn', operator: 'before', value: '2027-01-01' },
  ],
  ['some days', { field: 'contact.createdAt', operator: 'inLastDays', value: 30 }],
  ['values', { field: 'company.properties.plan', operator: 'in', value: ['a', 'b'] }],
  ['a hundred values', { ...someIn, value: Array.from({ length: 100 }, () => 1) }],
  ['ten years of days', { field: 'contact.createdAt', operator: 'inLastDays', value: 3650 }],
  ['a text of 2,000', { field: 'contact.firstName', operator: 'eq', value: 'x'.repeat(2000) }],
  ['fifty conditions', { and: Array.from({ length: 50 }, () => known) }],
  ['fifty in groups', { or: [0, 1].map(() => ({ and: Array.from({ length: 25 }, () => known) })) }],
  ['an end of a range', { everEnrolled: { enrolledUntil: '2026-01-01T00:00:00.000Z' } }],
])('SEQ-25: a filter takes %s', (_what, json) => {
  expect(readFilter(json)).toEqual({ ok: true, filter: json });
});

it('SEQ-25: addresses, ids and instants are kept in the form they are compared in', () => {
  const on = (field: string, operator: string, value: unknown) =>
    accepted({ field, operator, value });
  expect(on('contact.email', 'eq', 'Ada@EXAMPLE.com')).toMatchObject({ value: 'ada@example.com' });
  expect(on('contact.ownerId', 'in', [id])).toMatchObject({ value: [id.toLowerCase()] });
  expect(on('contact.updatedAt', 'after', '2026-11-26T17:00:00-05:00')).toMatchObject({
    value: '2026-11-26T22:00:00.000Z',
  });
  expect(accepted({ everEnrolled: { sequenceId: id, enrolledFrom: '2026-01-01T00:00Z' } })).toEqual(
    {
      everEnrolled: { sequenceId: id.toLowerCase(), enrolledFrom: '2026-01-01T00:00:00.000Z' },
    },
  );
});

test.each<readonly [unknown, string, string]>([
  [null, '', 'invalid_type'],
  [[known], '', 'invalid_type'],
  [{}, 'field', 'required'],
  [{ field: 'contact.emial', operator: 'known' }, 'field', 'unknown_field'],
  [{ field: 'contact.city', operator: 'known' }, 'field', 'unknown_field'],
  [{ field: 'contact.properties.a b', operator: 'known' }, 'field', 'unknown_field'],
  [{ field: 'constructor', operator: 'known' }, 'field', 'unknown_field'],
  [{ field: 'contact.email' }, 'operator', 'required'],
  [{ field: 'contact.email', operator: 'gt', value: 1 }, 'operator', 'unknown_operator'],
  [
    { field: 'enrollment.isEnrolled', operator: 'in', value: [true] },
    'operator',
    'unknown_operator',
  ],
  [{ field: 'contact.createdAt', operator: 'eq', value: 'x' }, 'operator', 'unknown_operator'],
  [{ ...known, value: 1 }, 'value', 'not_applicable'],
  [{ ...known, more: 1 }, 'more', 'unknown_field'],
  [{ and: [known], or: [known] }, 'or', 'unknown_field'],
  [{ and: [] }, 'and', 'invalid_type'],
  [{ or: known }, 'or', 'invalid_type'],
  [
    { and: [known, { not: { field: 'x', operator: 'known' } }] },
    'and/1/not/field',
    'unknown_field',
  ],
  [{ field: 'contact.email', operator: 'eq', value: 'ada' }, 'value', 'not_an_address'],
  [{ field: 'contact.email', operator: 'eq' }, 'value', 'not_an_address'],
  [{ field: 'contact.firstName', operator: 'eq', value: 1 }, 'value', 'invalid_type'],
  [{ field: 'contact.firstName', operator: 'contains', value: '' }, 'value', 'invalid_type'],
  [{ field: 'contact.ownerId', operator: 'eq', value: 'me' }, 'value', 'not_an_id'],
  [{ field: 'contact.ownerId', operator: 'in', value: [id, 'me'] }, 'value/1', 'not_an_id'],
  [{ field: 'contact.ownerId', operator: 'in', value: [] }, 'value', 'invalid_type'],
  [{ field: 'contact.properties.a', operator: 'in', value: [1, '1'] }, 'value/1', 'mixed_types'],
  [{ field: 'contact.properties.a', operator: 'eq', value: null }, 'value', 'invalid_type'],
  [{ field: 'contact.properties.a', operator: 'gt', value: '1' }, 'value', 'invalid_type'],
  [
    { field: 'contact.properties.a', operator: 'after', value: '2026-02-30' },
    'value',
    'not_a_date',
  ],
  [
    { field: 'contact.createdAt', operator: 'after', value: '2026-11-26' },
    'value',
    'not_an_instant',
  ],
  [
    { field: 'contact.createdAt', operator: 'after', value: '0000-01-01T00:00:00Z' },
    'value',
    'not_an_instant',
  ],
  [{ field: 'contact.createdAt', operator: 'inLastDays', value: 0 }, 'value', 'invalid_value'],
  [{ field: 'contact.createdAt', operator: 'inLastDays', value: 1.5 }, 'value', 'invalid_value'],
  [{ field: 'enrollment.isEnrolled', operator: 'eq', value: 'true' }, 'value', 'invalid_type'],
  [{ field: 'contact.createdAt', operator: 'inLastDays', value: 3651 }, 'value', 'invalid_value'],
  [{ ...someIn, value: Array.from({ length: 101 }, () => 1) }, 'value', 'invalid_type'],
  [
    { field: 'contact.firstName', operator: 'eq', value: 'x'.repeat(2001) },
    'value',
    'invalid_type',
  ],
  [{ field: 'contact.properties.a', operator: 'after', value: 20260101 }, 'value', 'not_a_date'],
  [{ field: 7, operator: 'known' }, 'field', 'unknown_field'],
  [{ and: [7] }, 'and/0', 'invalid_type'],
  [{ everEnrolled: [] }, 'everEnrolled', 'invalid_type'],
  [{ everEnrolled: { states: 'active' } }, 'everEnrolled/states', 'invalid_value'],
  [{ everEnrolled: { states: ['active', 'gone'] } }, 'everEnrolled/states', 'invalid_value'],
  [
    { or: [0, 1].map(() => ({ or: Array.from({ length: 26 }, () => ({ everEnrolled: {} })) })) },
    '',
    'too_many',
  ],
  [{ everEnrolled: { sequenceId: 'x' } }, 'everEnrolled/sequenceId', 'not_an_id'],
  [{ everEnrolled: { states: ['gone'] } }, 'everEnrolled/states', 'invalid_value'],
  [{ everEnrolled: { reasons: [] } }, 'everEnrolled/reasons', 'invalid_value'],
  [{ everEnrolled: { endedFrom: 'x' } }, 'everEnrolled/endedFrom', 'not_an_instant'],
  [{ everEnrolled: { state: 'active' } }, 'everEnrolled/state', 'unknown_field'],
  [nested(6), 'not/not/not/not/not', 'too_deep'],
  [{ and: Array.from({ length: 51 }, () => known) }, 'and', 'too_many'],
  [{ and: [0, 1].map(() => ({ or: Array.from({ length: 26 }, () => known) })) }, '', 'too_many'],
])('SEQ-25: %j is refused at "%s": %s', (json, path, code) => {
  expect(refusals(json)).toEqual([[path, code]]);
});

it('SEQ-25: a mistake says how to mend it', () => {
  const messageFor = (json: unknown) => {
    const reading = readFilter(json);
    return reading.ok ? '' : reading.problems.map(({ message }) => message).join('\n');
  };
  expect(messageFor([])).toContain('{"and": […]}, {"or": […]} or {"not": {…}}');
  expect(messageFor([])).toContain('{"everEnrolled": {…}}');
  expect(messageFor({ everEnrolled: 1 })).toContain('{} is any enrollment at all');
  expect(messageFor({ everEnrolled: { states: [] } })).toContain('scheduled, active');
  expect(messageFor({ ...known, more: 1 })).toContain('field, operator, value');
  expect(messageFor({ ...known, operator: 'is' })).toContain('known, unknown');
});

it('SEQ-25: of many unknown fields twenty are named', () => {
  const unknown = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`x${n}`, n]));
  expect(refusals({ ...known, ...unknown })).toHaveLength(20);
});

it('SEQ-25: groups in each other without end are refused before they are walked', () => {
  expect(refusals(nested(100_000))).toEqual([['not/not/not/not/not', 'too_deep']]);
});

it('SEQ-25: says all that is wrong at once, at most twenty mistakes', () => {
  const wrong = { field: 'x', operator: 'known' };
  expect(
    refusals({ and: [wrong, known, { field: 'contact.email', operator: 'eq', value: 1 }] }),
  ).toEqual([
    ['and/0/field', 'unknown_field'],
    ['and/2/value', 'not_an_address'],
  ]);
  expect(refusals({ or: Array.from({ length: 30 }, () => wrong) })).toHaveLength(20);
});

describe('declared properties', () => {
  const declared = [
    { object: 'contact', name: 'size', type: 'number', options: [] },
    { object: 'company', name: 'plan', type: 'enumeration', options: ['free', 'paid'] },
  ] as const;
  const problems = (json: unknown) =>
    problemsOfProperties(accepted(json), declared).map(({ path, code }) => [path.join('/'), code]);

  it('hold operators and values to their type, at their place', () => {
    const on = (field: string, operator: string, value: unknown) => ({ field, operator, value });
    const json = {
      and: [
        on('contact.properties.size', 'gt', 1),
        on('contact.properties.size', 'contains', 'x'),
        { not: on('contact.properties.size', 'eq', '1') },
        on('company.properties.plan', 'in', ['free', 'gold']),
        on('contact.properties.plan', 'eq', 'gold'),
        on('contact.firstName', 'eq', 'size'),
      ],
    };
    expect(problems(json)).toEqual([
      ['and/1/operator', 'unknown_operator'],
      ['and/2/not/value', 'invalid_value'],
      ['and/3/value/1', 'invalid_value'],
    ]);
    expect(propertiesIn(accepted(json))).toEqual([
      { object: 'contact', name: 'size' },
      { object: 'company', name: 'plan' },
      { object: 'contact', name: 'plan' },
    ]);
  });
});
