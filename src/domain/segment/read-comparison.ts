import { normalizeAddress } from '../message/address.js';
import { isCalendarDate, type PropertyValue } from '../property/property.js';
import type { Comparison, FieldType, Operator } from './filter.js';
import { readId, readInstant } from './read-value.js';

type Reading = { readonly ok: true; readonly comparison: Comparison } | Refused;
interface Refused {
  readonly ok: false;
  readonly path?: readonly number[];
  readonly code: string;
  readonly message: string;
}

const maxLength = 2000;
const maxValues = 100;
const maxDays = 3650;

const refused = (code: string, message: string): Refused => ({ ok: false, code, message });
const accepted = (comparison: Comparison): Reading => ({ ok: true, comparison });

/** The comparison of a field of this type by one of its operators, or what is wrong with the value. */
export function readComparison(type: FieldType, operator: Operator, value: unknown): Reading {
  return readers[operator](type, value);
}

type Reader = (type: FieldType, value: unknown) => Reading;

const withoutValue =
  (operator: 'known' | 'unknown'): Reader =>
  (_type, value) =>
    value === undefined
      ? accepted({ operator })
      : refused('not_applicable', `"${operator}" takes no value: leave it out.`);

const withOneValue =
  (operator: 'eq' | 'neq'): Reader =>
  (type, value) => {
    const read = readValue(type, value);
    return read.ok ? accepted({ operator, value: read.value }) : read;
  };

const withText =
  (operator: 'contains' | 'startsWith'): Reader =>
  (_type, value) =>
    isText(value) && value !== ''
      ? accepted({ operator, value })
      : refused('invalid_type', `Give a text of 1 to ${maxLength} characters.`);

const withNumber =
  (operator: 'gt' | 'gte' | 'lt' | 'lte'): Reader =>
  (_type, value) =>
    isNumber(value) ? accepted({ operator, value }) : refused('invalid_type', numberHint);

const withDays: Reader = (_type, value) =>
  isNumber(value) && Number.isInteger(value) && value >= 1 && value <= maxDays
    ? accepted({ operator: 'inLastDays', value })
    : refused('invalid_value', `Give a whole number of days, 1–${maxDays}.`);

const readers: Readonly<Record<Operator, Reader>> = {
  eq: withOneValue('eq'),
  neq: withOneValue('neq'),
  in: (type, value) => readValues(type, value),
  contains: withText('contains'),
  startsWith: withText('startsWith'),
  gt: withNumber('gt'),
  gte: withNumber('gte'),
  lt: withNumber('lt'),
  lte: withNumber('lte'),
  before: (type, value) => readTime(type, 'before', value),
  after: (type, value) => readTime(type, 'after', value),
  inLastDays: withDays,
  known: withoutValue('known'),
  unknown: withoutValue('unknown'),
};

function readTime(type: FieldType, operator: 'before' | 'after', value: unknown): Reading {
  if (type === 'instant') {
    const at = readInstant(value);
    return at === undefined
      ? refused('not_an_instant', 'This is no instant: write it like 2026-11-26T22:00:00Z.')
      : accepted({ operator, value: at });
  }
  return typeof value === 'string' && isCalendarDate(value)
    ? accepted({ operator, value })
    : refused('not_a_date', 'This is no day of the calendar: write it like 2026-11-26.');
}

function readValues(type: FieldType, json: unknown): Reading {
  if (!Array.isArray(json) || json.length === 0 || json.length > maxValues) {
    return refused('invalid_type', `"in" takes a list of 1 to ${maxValues} values.`);
  }
  const values: PropertyValue[] = [];
  const given: readonly unknown[] = json;
  for (const [index, each] of given.entries()) {
    const read = readValue(type, each);
    if (!read.ok) return { ...read, path: [index] };
    if (typeof read.value !== typeof (values[0] ?? read.value)) {
      const message =
        'The values of "in" are all of one type: all texts, all numbers or all booleans.';
      return { ...refused('mixed_types', message), path: [index] };
    }
    values.push(read.value);
  }
  return accepted({ operator: 'in', value: values });
}

type Value = { readonly ok: true; readonly value: PropertyValue } | Refused;

const valueOf = (value: PropertyValue): Value => ({ ok: true, value });
const numberHint = 'Give a number, without quotes.';

function readValue(type: FieldType, json: unknown): Value {
  switch (type) {
    case 'number':
      return isNumber(json) ? valueOf(json) : refused('invalid_type', numberHint);
    case 'boolean':
      return typeof json === 'boolean' ? valueOf(json) : refused('invalid_type', booleanHint);
    case 'id': {
      const id = readId(json);
      return id === undefined ? refused('not_an_id', 'Give an id, a UUID.') : valueOf(id);
    }
    case 'email':
      return readAddress(json);
    case 'undeclared':
      return readAny(json);
    default:
      return isText(json) ? valueOf(json) : refused('invalid_type', textHint);
  }
}

function readAny(json: unknown): Value {
  if (isText(json) || isNumber(json) || typeof json === 'boolean') return valueOf(json);
  return refused('invalid_type', 'Give a text, a number or a boolean.');
}

const booleanHint = 'Give true or false, without quotes.';
const textHint = `Give a text of at most ${maxLength} characters.`;

function readAddress(json: unknown): Value {
  const address = normalizeAddress(typeof json === 'string' ? json : '');
  return address.ok
    ? valueOf(address.normalized)
    : refused(
        'not_an_address',
        'This is no email address: to look for a part of one, use contains.',
      );
}

function isText(json: unknown): json is string {
  return typeof json === 'string' && json.length <= maxLength;
}

function isNumber(json: unknown): json is number {
  return typeof json === 'number' && Number.isFinite(json);
}
