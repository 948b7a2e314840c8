import fc from 'fast-check';
import {
  companyFields,
  contactFields,
  enrollmentFields,
  operatorsOf,
  typeOfField,
  type FieldType,
  type Operator,
} from '../../src/domain/segment/filter.js';

/** What random contacts and random filters are made of: few values, so that they meet. */
export const texts = [
  '',
  'Ada',
  'ada',
  'ÄDA',
  'äda b',
  'Ω%_\\',
  'ω',
  'İ',
  // Two spellings each.
  '한글',
  '\u1112\u1161\u11ab\u1100\u1173\u11af',
  'Rene\u0301',
  'RENÉ',
  '2026-11-20',
  '2026-02-30',
  '7',
];
export const numbers = [-1.5, 0, 1e-7, 7, 7.25, 1e21];
export const dates = ['2026-11-18', '2026-11-20', '2026-11-22'];
export const instants = [
  '2026-10-01T00:00:00.000Z',
  '2026-11-15T12:00:00.000Z',
  '2026-11-15T12:00:00.001Z',
  '2026-11-22T12:00:00.000Z',
  '2026-12-01T00:00:00.000Z',
];
export const addresses = ['ada@example.com', 'bo@example.com', 'ada@other.example'];
export const zones = ['Europe/Berlin', 'UTC'];
export const propertyNames = ['a', 'b'];

/** Ids that may stand in fields and filters. */
export interface Ids {
  readonly users: readonly string[];
  readonly companies: readonly string[];
  readonly sequences: readonly string[];
}

const from = (values: readonly unknown[]) => fc.constantFrom(...values);

function valueOf(field: string, type: FieldType, ids: Ids): fc.Arbitrary<unknown> {
  switch (type) {
    case 'email':
      return from(addresses);
    case 'key':
      return from([...texts, ...zones]);
    case 'id':
      return from([...ids.users, ...ids.companies, ...ids.sequences]);
    case 'number':
      return from([0, 1, 2]);
    case 'boolean':
      return fc.boolean();
    case 'undeclared':
      return from([...texts, ...numbers, true, false]);
    default:
      return from(field === 'company.domain' ? ['acme.example', 'ACME'] : texts);
  }
}

const parts = [
  'a',
  'A',
  'ä',
  'Ω',
  '%',
  '_',
  '\\',
  'ada',
  'da b',
  'other',
  '20',
  'é',
  'e',
  '한',
  '\u1112\u1161',
  'i',
];

function valuesFor(
  field: string,
  type: FieldType,
  operator: Operator,
  ids: Ids,
): fc.Arbitrary<unknown> {
  if (operator === 'in') {
    return fc
      .array(valueOf(field, type, ids), { minLength: 1, maxLength: 3 })
      .map((values) => values.filter((each) => typeof each === typeof values[0]));
  }
  if (operator === 'contains' || operator === 'startsWith') return from(parts);
  if (operator === 'inLastDays') return from([1, 2, 7, 365]);
  if (operator === 'before' || operator === 'after') {
    return from(type === 'instant' ? instants : dates);
  }
  const ofNumbers = ['gt', 'gte', 'lt', 'lte'].includes(operator);
  return ofNumbers ? from([...numbers, 1, 2]) : valueOf(field, type, ids);
}

function comparison(field: string, operator: Operator, ids: Ids): fc.Arbitrary<unknown> {
  if (operator === 'known' || operator === 'unknown') return fc.constant({ field, operator });
  const type = typeOfField(field) ?? 'undeclared';
  return valuesFor(field, type, operator, ids).map((value) => ({ field, operator, value }));
}

const fields = [
  ...Object.keys({ ...contactFields, ...companyFields, ...enrollmentFields }),
  ...propertyNames.flatMap((name) => [`contact.properties.${name}`, `company.properties.${name}`]),
];

function condition(ids: Ids): fc.Arbitrary<unknown> {
  return fc
    .constantFrom(...fields)
    .chain((field) =>
      fc
        .constantFrom(...operatorsOf[typeOfField(field) ?? 'undeclared'])
        .chain((operator) => comparison(field, operator, ids)),
    );
}

function everEnrolled(ids: Ids): fc.Arbitrary<unknown> {
  const some = (values: readonly string[]) => fc.subarray([...values], { minLength: 1 });
  return fc
    .record(
      {
        sequenceId: fc.constantFrom(...ids.sequences),
        states: some(['active', 'finished', 'unenrolled', 'errored']),
        reasons: some(['replied', 'all_steps', 'manual']),
        enrolledFrom: fc.constantFrom(...instants),
        enrolledUntil: fc.constantFrom(...instants),
        endedFrom: fc.constantFrom(...instants),
        endedUntil: fc.constantFrom(...instants),
      },
      { requiredKeys: [] },
    )
    .map((asked) => ({ everEnrolled: asked }));
}

/** Filters of every form, as JSON, at most three groups deep. */
export function randomFilter(ids: Ids): fc.Arbitrary<unknown> {
  const leaf = fc.oneof({ weight: 6, arbitrary: condition(ids) }, everEnrolled(ids));
  const group = (inner: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => {
    const parts = fc.array(inner, { minLength: 1, maxLength: 3 });
    return fc.oneof(
      { weight: 2, arbitrary: inner },
      parts.map((and) => ({ and })),
      parts.map((or) => ({ or })),
      inner.map((not) => ({ not })),
    );
  };
  return group(group(group(leaf)));
}
