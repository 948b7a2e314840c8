import { fold } from '../segment/fold.js';

/** A value of a free property; a date is a text such as `2026-11-26`. */
export type PropertyValue = string | number | boolean;

/** Free properties of a contact or a company, by name. */
export type Properties = Readonly<Record<string, PropertyValue>>;

/** What has free properties. */
export const propertyObjects = ['contact', 'company'] as const;
export type PropertyObject = (typeof propertyObjects)[number];

/** What an account may declare a property to be. */
export const propertyTypes = ['text', 'number', 'boolean', 'date', 'enumeration'] as const;
export type PropertyType = (typeof propertyTypes)[number];

/** What values a declared property takes; `options` are those of an enumeration, empty otherwise. */
export interface PropertyDeclaration {
  readonly name: string;
  readonly type: PropertyType;
  readonly options: readonly string[];
}

/** Names that a property cannot be declared under: a token or a filter with them means the fixed field. */
export const fixedFields: Readonly<Record<PropertyObject, readonly string[]>> = {
  contact: ['firstName', 'lastName', 'email'],
  company: ['name', 'domain'],
};

interface TypeRule {
  readonly takes: (value: PropertyValue, options: readonly string[]) => boolean;
  readonly hint: (options: readonly string[]) => string;
}

const rules: Readonly<Record<PropertyType, TypeRule>> = {
  text: {
    takes: (value) => typeof value === 'string',
    hint: () => 'It is declared as a text: write it in quotes.',
  },
  number: {
    takes: (value) => typeof value === 'number',
    hint: () =>
      'It is declared as a number: write it without quotes, with a point before decimals.',
  },
  boolean: {
    takes: (value) => typeof value === 'boolean',
    hint: () => 'It is declared as a boolean: write true or false, without quotes.',
  },
  date: {
    takes: (value) => typeof value === 'string' && isCalendarDate(value),
    hint: () => 'It is declared as a date: write a day of the calendar like 2026-11-26, in quotes.',
  },
  enumeration: {
    takes: (value, options) => typeof value === 'string' && isOption(value, options),
    hint: (options) => `It is declared with options: write one of ${toldOf(options)}.`,
  },
};

const foldedOptions = new WeakMap<readonly string[], ReadonlySet<string>>();

function isOption(value: string, options: readonly string[]): boolean {
  if (options.includes(value)) return true;
  // Folded once for all values that are looked at with the same declaration.
  const folded = foldedOptions.get(options) ?? new Set(options.map(fold));
  foldedOptions.set(options, folded);
  return folded.has(fold(value));
}

/** No more are told than anybody reads. */
const toldOptions = 20;

function toldOf(options: readonly string[]): string {
  const told = options.slice(0, toldOptions).map((each) => `"${each}"`);
  const more = options.length - told.length;
  return more > 0 ? `${told.join(', ')}, or one of ${more} more` : told.join(', ');
}

/** What is wrong with a value of a declared property and how to mend it, or undefined when nothing is. */
export function problemOfValue(
  { type, options }: Pick<PropertyDeclaration, 'type' | 'options'>,
  value: PropertyValue,
): string | undefined {
  return rules[type].takes(value, options) ? undefined : rules[type].hint(options);
}

/** Whether a text is a day of the calendar in the form 2026-11-26. */
export function isCalendarDate(text: string): boolean {
  if (!hasDateForm(text)) return false;
  const epochMs = Date.parse(`${text}T00:00:00.000Z`);
  // 30 February parses, as another day.
  return !Number.isNaN(epochMs) && new Date(epochMs).toISOString().startsWith(text);
}

/** Whether a text looks like 2026-11-26, whatever the calendar says. */
export function hasDateForm(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}

/**
 * A value as it is read in a message (SEQ-27): a text as it is, a date among them as 2026-11-26; a number in decimal digits,
 * never with an exponent or marks between thousands; a boolean as `true` or `false`, as texts of older contacts have it.
 */
export function printValue(value: PropertyValue): string {
  return typeof value === 'number' ? printNumber(value) : String(value);
}

function printNumber(value: number): string {
  const [mantissa = '', exponent] = String(Math.abs(value)).split('e');
  const sign = value < 0 ? '-' : '';
  if (exponent === undefined) return `${sign}${mantissa}`;
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = `${whole}${fraction}`;
  // The position of the decimal point among the digits; negative when it stands before them all.
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}
