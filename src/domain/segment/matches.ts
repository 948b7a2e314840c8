import type { EnrollmentReason } from '../enrollment/state.js';
import { enrollmentProperties, type PastEnrollment } from '../enrollment/history.js';
import { hasDateForm, type Properties, type PropertyValue } from '../property/property.js';
import { later } from '../time/instant.js';
import type { Instant } from '../time/types.js';
import { isFixedField, propertyOf, typeOfField } from './filter.js';
import type { Comparison, Condition, EverEnrolled, Filter } from './filter.js';
import { fold } from './fold.js';

/** What a filter can ask about a contact. */
export interface ContactFacts {
  readonly contact: {
    /** The normalized address, by which addresses are compared. */
    readonly email: string | null;
    readonly externalId: string | null;
    readonly firstName: string | null;
    readonly lastName: string | null;
    readonly timeZone: string | null;
    readonly ownerId: string | null;
    readonly companyId: string | null;
    readonly createdAt: Instant;
    readonly updatedAt: Instant;
    readonly properties: Properties;
  };
  readonly company: {
    readonly externalId: string | null;
    readonly name: string;
    readonly domain: string | null;
    readonly createdAt: Instant;
    readonly updatedAt: Instant;
    readonly properties: Properties;
  } | null;
  readonly enrollments: readonly PastEnrollment[];
}

const dayMs = 86_400_000;

/** Whether a contact matches a filter. */
export function matches(filter: Filter, facts: ContactFacts, now: Instant): boolean {
  if ('and' in filter) return filter.and.every((part) => matches(part, facts, now));
  if ('or' in filter) return filter.or.some((part) => matches(part, facts, now));
  if ('not' in filter) return !matches(filter.not, facts, now);
  if ('everEnrolled' in filter) {
    return facts.enrollments.some((one) => isMeant(filter.everEnrolled, one));
  }
  return holds(filter, facts, now);
}

function isMeant(asked: EverEnrolled, one: PastEnrollment): boolean {
  const { sequenceId, states, reasons } = asked;
  return (
    (sequenceId === undefined || sequenceId === one.sequenceId) &&
    (states === undefined || states.includes(one.state)) &&
    (reasons === undefined || reasonsOf(one).some((reason) => reasons.includes(reason))) &&
    isWithin(one.enrolledAt, asked.enrolledFrom, asked.enrolledUntil) &&
    isWithin(one.endedAt, asked.endedFrom, asked.endedUntil)
  );
}

/** Why it ended, and what came after that. */
function reasonsOf({ reason, lateReasons = [] }: PastEnrollment): readonly EnrollmentReason[] {
  return reason === null ? lateReasons : [reason, ...lateReasons];
}

function isWithin(
  at: Instant | null,
  from: Instant | undefined,
  until: Instant | undefined,
): boolean {
  if (from === undefined && until === undefined) return true;
  return at !== null && (from === undefined || at >= from) && (until === undefined || at <= until);
}

function holds(condition: Condition, facts: ContactFacts, now: Instant): boolean {
  const value = valueOf(condition.field, facts);
  switch (condition.operator) {
    case 'known':
      return value !== null;
    case 'unknown':
      return value === null;
    case 'neq':
      return value === null || !isSame(condition.field, value, condition.value);
    default:
      return value !== null && compare(condition, value, now);
  }
}

type Compared = Exclude<Comparison, { readonly operator: 'neq' | 'known' | 'unknown' }>;
type Among<O extends Compared['operator']> = { readonly field: string } & Extract<
  Compared,
  { readonly operator: O }
>;

function compare(
  condition: { readonly field: string } & Compared,
  value: PropertyValue,
  now: Instant,
): boolean {
  const { field } = condition;
  switch (condition.operator) {
    case 'eq':
      return isSame(field, value, condition.value);
    case 'in':
      return condition.value.some((one) => isSame(field, value, one));
    case 'contains':
    case 'startsWith':
      return typeof value === 'string' && compareTexts(condition, value);
    case 'before':
    case 'after':
    case 'inLastDays':
      return typeof value === 'string' && compareTimes(condition, value, now);
    default:
      return typeof value === 'number' && compareNumbers(condition, value);
  }
}

function compareTexts(condition: Among<'contains' | 'startsWith'>, value: string): boolean {
  const { field, operator } = condition;
  const [text, part] = [folded(field, value), folded(field, condition.value)];
  return operator === 'contains' ? text.includes(part) : text.startsWith(part);
}

function compareNumbers(
  { operator, value: other }: Among<'gt' | 'gte' | 'lt' | 'lte'>,
  value: number,
): boolean {
  switch (operator) {
    case 'gt':
      return value > other;
    case 'gte':
      return value >= other;
    case 'lt':
      return value < other;
    case 'lte':
      return value <= other;
  }
}

function compareTimes(
  condition: Among<'before' | 'after' | 'inLastDays'>,
  value: string,
  now: Instant,
): boolean {
  const isInstant = isFixedField(condition.field);
  if (!isInstant && !hasDateForm(value)) return false;
  if (condition.operator !== 'inLastDays') {
    return condition.operator === 'before' ? value < condition.value : value > condition.value;
  }
  const from = daysBefore(now, condition.value);
  return isInstant
    ? value >= from && value <= now
    : value >= from.slice(0, 10) && value <= now.slice(0, 10);
}

/** The instant so many times 24 hours before another. */
export function daysBefore(now: Instant, days: number): Instant {
  return later(now, -days * dayMs);
}

function isSame(field: string, value: PropertyValue, other: PropertyValue): boolean {
  if (typeof value !== 'string' || typeof other !== 'string') return value === other;
  return folded(field, value) === folded(field, other);
}

/** A text in the form in which it is compared: a key as it is, an id in lower case as Postgres writes it. */
function folded(field: string, text: string): string {
  const type = typeOfField(field);
  return type === 'key' || type === 'id' ? text : fold(text);
}

function valueOf(field: string, facts: ContactFacts): PropertyValue | null {
  const property = propertyOf(field);
  if (property !== undefined) {
    const properties = facts[property.object]?.properties ?? {};
    return (Object.hasOwn(properties, property.name) ? properties[property.name] : null) ?? null;
  }
  return isFixedField(field) ? fixedValue(field, facts) : null;
}

function fixedValue(field: string, facts: ContactFacts): PropertyValue | null {
  const [root, name = ''] = field.split('.');
  if (root === 'enrollment') return valueNamed(enrollmentProperties(facts.enrollments), name);
  return valueNamed((root === 'contact' ? facts.contact : facts.company) ?? {}, name);
}

function valueNamed(values: object, name: string): PropertyValue | null {
  const value: unknown = Reflect.get(values, name);
  const isValue =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isValue ? value : null;
}
