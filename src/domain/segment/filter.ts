import type { EnrollmentReason, EnrollmentState } from '../enrollment/state.js';
import type { PropertyObject, PropertyType, PropertyValue } from '../property/property.js';
import type { Instant } from '../time/types.js';

/**
 * Which contacts are meant (SEQ-25), as a JSON tree that `readFilter` has accepted. A condition is either true or false of a
 * contact: where there is no value, only `unknown`, `neq` and `not` are true. `matches` and `db/queries/filter-sql.ts` give
 * the same answer; a property test holds them together.
 */
export type Filter =
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter }
  | { readonly everEnrolled: EverEnrolled }
  | Condition;

/** One comparison of one field. `neq` is true wherever `eq` is not. */
export type Condition = { readonly field: string } & Comparison;

export type Comparison =
  | { readonly operator: 'eq'; readonly value: PropertyValue }
  | { readonly operator: 'neq'; readonly value: PropertyValue }
  /** Values of one type. */
  | { readonly operator: 'in'; readonly value: readonly PropertyValue[] }
  | { readonly operator: 'contains' | 'startsWith'; readonly value: string }
  | { readonly operator: 'gt' | 'gte' | 'lt' | 'lte'; readonly value: number }
  /** An instant, or for a property a calendar day; the value itself is excluded. */
  | { readonly operator: 'before' | 'after'; readonly value: string }
  /** Within the last `value` times 24 hours; for a property, within the last `value` days until today, in UTC. */
  | { readonly operator: 'inLastDays'; readonly value: number }
  | { readonly operator: 'known' | 'unknown' };

/** True when one enrollment, live or ended, fits everything that is named. Both ends of a range belong to it. */
export interface EverEnrolled {
  readonly sequenceId?: string;
  readonly states?: readonly EnrollmentState[];
  readonly reasons?: readonly EnrollmentReason[];
  readonly enrolledFrom?: Instant;
  readonly enrolledUntil?: Instant;
  readonly endedFrom?: Instant;
  readonly endedUntil?: Instant;
}

export type Operator = Comparison['operator'];

/** `key` is compared as it is written; `text` is compared without regard to case. */
export type FieldType = PropertyType | 'email' | 'key' | 'id' | 'instant' | 'undeclared';

/** What filters know of a contact besides its free properties. */
export const contactFields = {
  'contact.email': 'email',
  'contact.externalId': 'key',
  'contact.firstName': 'text',
  'contact.lastName': 'text',
  'contact.timeZone': 'key',
  'contact.ownerId': 'id',
  'contact.companyId': 'id',
  'contact.createdAt': 'instant',
  'contact.updatedAt': 'instant',
} as const satisfies Record<string, FieldType>;

export const companyFields = {
  'company.externalId': 'key',
  'company.name': 'text',
  'company.domain': 'text',
  'company.createdAt': 'instant',
  'company.updatedAt': 'instant',
} as const satisfies Record<string, FieldType>;

/** The names of `EnrollmentProperties`. */
export const enrollmentFields = {
  'enrollment.isEnrolled': 'boolean',
  'enrollment.enrolledCount': 'number',
  'enrollment.activelyEnrolledCount': 'number',
  'enrollment.latestSequenceEnrolledId': 'id',
  'enrollment.latestSequenceEnrolledDate': 'instant',
  'enrollment.latestSequenceEndedDate': 'instant',
  'enrollment.latestSequenceFinishedDate': 'instant',
  'enrollment.latestSequenceUnenrolledDate': 'instant',
} as const satisfies Record<string, FieldType>;

export type FixedField =
  keyof typeof contactFields | keyof typeof companyFields | keyof typeof enrollmentFields;

const fixedFields: Readonly<Record<FixedField, FieldType>> = {
  ...contactFields,
  ...companyFields,
  ...enrollmentFields,
};

/** Whether a field is one of the fixed ones. */
export function isFixedField(field: string): field is FixedField {
  return Object.hasOwn(fixedFields, field);
}

/** What a field is; free properties are `undeclared` here, unknown fields undefined. */
export function typeOfField(field: string): FieldType | undefined {
  if (isFixedField(field)) return fixedFields[field];
  return propertyOf(field) && 'undeclared';
}

/** The free property that a field such as `company.properties.size` names, or undefined. */
export function propertyOf(
  field: string,
): { readonly object: PropertyObject; readonly name: string } | undefined {
  const found = /^(contact|company)\.properties\.([a-zA-Z][a-zA-Z0-9_]*)$/.exec(field);
  const name = found?.[2];
  if (found === null || name === undefined) return undefined;
  return { object: found[1] === 'company' ? 'company' : 'contact', name };
}

const ofValues = ['eq', 'neq', 'in', 'known', 'unknown'] as const;
const ofTexts = [...ofValues, 'contains', 'startsWith'] as const;
const ofNumbers = [...ofValues, 'gt', 'gte', 'lt', 'lte'] as const;
const ofTimes = ['before', 'after', 'inLastDays', 'known', 'unknown'] as const;

/** The operators of each type. */
export const operatorsOf: Readonly<Record<FieldType, readonly Operator[]>> = {
  text: ofTexts,
  email: ofTexts,
  key: [...ofValues, 'startsWith'],
  id: ofValues,
  number: ofNumbers,
  boolean: ['eq', 'neq', 'known', 'unknown'],
  instant: ofTimes,
  date: [...ofValues, 'before', 'after', 'inLastDays'],
  enumeration: ofValues,
  undeclared: [...ofTexts, 'gt', 'gte', 'lt', 'lte', 'before', 'after', 'inLastDays'],
};
