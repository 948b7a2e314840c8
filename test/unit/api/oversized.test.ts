import { expect, it, test } from 'vitest';
import { z } from 'zod';
import { oversized } from '../../../src/api/http/oversized.js';
import { unstorableFields } from '../../../src/api/http/json-text.js';
import { fieldErrors, withInput } from '../../../src/api/http/field-errors.js';
import { expectLinear } from '../../support/growth.js';

const list = z.array(z.int()).max(5000).meta({ description: 'Many.' });
const zeros = (count: number) => Array<number>(count).fill(0);
const entries = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 0]));

test.each([
  ['a list', list, zeros(5001), ''],
  ['a list in an object', z.strictObject({ a: list.optional() }), { a: zeros(5001) }, '/a'],
  ['what is refined', z.strictObject({ a: list }).refine(() => true), { a: zeros(5001) }, '/a'],
  ['what is transformed', z.strictObject({ a: list }).transform(String), { a: zeros(5001) }, '/a'],
  ['a list in a list', z.array(z.array(z.int())), [[], zeros(1001)], '/1'],
  [
    'one of several',
    z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: list })]),
    { b: zeros(5001) },
    '/b',
  ],
  ['a map', z.record(z.string(), z.int()), entries(1001), ''],
  [
    'a list in a map',
    z.record(z.string(), list.nullable().default(null)),
    { 'a/b': zeros(5001) },
    '/a~1b',
  ],
])('finds %s that is too long', (_, schema, value, pointer) => {
  expect(oversized(schema, value)).toMatchObject([{ pointer, code: 'too_big' }]);
});

test.each([
  ['a list of as many as there may be', list, zeros(5000)],
  ['a map', z.record(z.string(), z.int()), entries(1000)],
  ['a field that is not known', z.strictObject({}), { a: zeros(9000) }],
  ['what is no list', z.strictObject({ a: list }), { a: 'x' }],
  [
    'a list whose schema keeps what it is given',
    z.strictObject({ a: z.unknown() }),
    { a: zeros(9000) },
  ],
])('leaves %s to the schema', (_, schema, value) => {
  expect(oversized(schema, value)).toEqual([]);
});

it('names no more than a hundred mistakes of a body, and stops looking', () => {
  const { error } = z.strictObject({}).safeParse(entries(90_000), withInput);
  expect(error && fieldErrors('body', error)).toHaveLength(100);
  expect(unstorableFields('body', Array(5000).fill('\0'))).toHaveLength(100);
});

it('takes a body of at most 100,000 values', () => {
  expect(unstorableFields('body', zeros(99_999))).toEqual([]);
  expect(unstorableFields('body', zeros(100_000))).toMatchObject([
    { pointer: '', code: 'too_many' },
  ]);
});

test.each([
  ['a long list', (n: number) => zeros(n)],
  ['a long map', (n: number) => entries(n)],
  ['a long text', (n: number) => '\ud83d\ude00'.repeat(n)],
  ['lists in lists', (n: number) => Array.from({ length: n / 2 }, () => [0])],
])('looks through %s in time that grows no faster than it', (_, value) => {
  expectLinear((n) => unstorableFields('body', value(n)), { n: 10_000 });
});
