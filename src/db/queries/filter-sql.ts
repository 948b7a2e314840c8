import { lateTypes } from '../../domain/enrollment/log.js';
import type { EnrollmentReason } from '../../domain/enrollment/state.js';
import { and, eq, gte, inArray, lte, or, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Viewer } from '../../domain/access/sharing.js';
import { liveStates } from '../../domain/enrollment/state.js';
import type { PropertyValue } from '../../domain/property/property.js';
import {
  propertyOf,
  typeOfField,
  type Condition,
  type EverEnrolled,
  type Filter,
  type FixedField,
} from '../../domain/segment/filter.js';
import { daysBefore } from '../../domain/segment/matches.js';
import type { Instant } from '../../domain/time/types.js';
import type { Tx } from '../client.js';
import { folded } from '../schema/columns.js';
import { companies, contacts, enrollments, logEntries } from '../schema/index.js';
import { foldedText } from './compare-texts.js';
import { enrollmentVisibleTo } from './visibility.js';

/** Who asks and when. */
export interface Asking {
  readonly now: Instant;
  /** Enrollments that they may not know of are ignored. */
  readonly viewer: Viewer;
}

/**
 * A filter as a condition on rows of `contacts` with their `companies` joined, equal to `matches` of the domain. Every
 * value is a parameter. Where the filter does not match, the result may be null, as in any `where`.
 */
export function filterSql(tx: Tx, accountId: string, filter: Filter, asking: Asking): SQL {
  return new Compiler(enrollmentVisibleTo(tx, accountId, asking.viewer), asking.now).filter(filter);
}

const columns: Readonly<Record<Exclude<FixedField, `enrollment.${string}`>, PgColumn>> = {
  'contact.email': contacts.emailNormalized,
  'contact.externalId': contacts.externalId,
  'contact.firstName': contacts.firstName,
  'contact.lastName': contacts.lastName,
  'contact.timeZone': contacts.timeZone,
  'contact.ownerId': contacts.ownerId,
  'contact.companyId': contacts.companyId,
  'contact.createdAt': contacts.createdAt,
  'contact.updatedAt': contacts.updatedAt,
  'company.externalId': companies.externalId,
  'company.name': companies.name,
  'company.domain': companies.domain,
  'company.createdAt': companies.createdAt,
  'company.updatedAt': companies.updatedAt,
};

class Compiler {
  readonly #visible: SQL | undefined;
  readonly #now: Instant;

  constructor(visible: SQL | undefined, now: Instant) {
    this.#visible = visible;
    this.#now = now;
  }

  filter(filter: Filter): SQL {
    if ('and' in filter) return and(...filter.and.map((each) => this.filter(each))) ?? sql`true`;
    if ('or' in filter) return or(...filter.or.map((each) => this.filter(each))) ?? sql`false`;
    if ('not' in filter) return sql`(${this.filter(filter.not)}) is not true`;
    if ('everEnrolled' in filter) return this.#everEnrolled(filter.everEnrolled);
    const property = propertyOf(filter.field);
    if (property === undefined) return this.#ofField(filter);
    const { properties } = property.object === 'contact' ? contacts : companies;
    return this.#ofProperty(filter, {
      json: sql`(${properties} -> ${property.name}::text)`,
      text: sql`(${properties} ->> ${property.name}::text)`,
    });
  }

  #everEnrolled(asked: EverEnrolled): SQL {
    const { sequenceId, states, reasons } = asked;
    return this.#someEnrollment(
      and(
        sequenceId === undefined ? undefined : eq(enrollments.sequenceId, sequenceId),
        states === undefined ? undefined : inArray(enrollments.state, [...states]),
        reasons === undefined
          ? undefined
          : or(inArray(enrollments.reason, [...reasons]), hasLate(reasons)),
        within(enrollments.enrolledAt, asked.enrolledFrom, asked.enrolledUntil),
        within(enrollments.endedAt, asked.endedFrom, asked.endedUntil),
      ),
    );
  }

  #someEnrollment(such?: SQL): SQL {
    return sql`exists (select from ${enrollments} where ${this.#ofContact(such)})`;
  }

  #ofContact(such?: SQL): SQL | undefined {
    return and(
      eq(enrollments.accountId, contacts.accountId),
      eq(enrollments.contactId, contacts.id),
      such,
      this.#visible,
    );
  }

  /** An enrollment property as a value: `EnrollmentProperties` of the domain. */
  #enrollmentValue(field: string): SQL {
    const of = (what: SQL, such?: SQL, rest = sql``) =>
      sql`(select ${what} from ${enrollments} where ${this.#ofContact(such)} ${rest})`;
    const lastEnd = sql`max(${enrollments.endedAt})`;
    switch (field) {
      case 'enrollment.isEnrolled':
        return this.#someEnrollment(inArray(enrollments.state, [...liveStates]));
      case 'enrollment.enrolledCount':
        return of(sql`count(*)`);
      case 'enrollment.activelyEnrolledCount':
        return of(sql`count(*)`, inArray(enrollments.state, [...liveStates]));
      case 'enrollment.latestSequenceEnrolledId':
        return of(
          sql`${enrollments.sequenceId}`,
          undefined,
          sql`order by ${enrollments.enrolledAt} desc, ${enrollments.id} desc limit 1`,
        );
      case 'enrollment.latestSequenceEnrolledDate':
        return of(sql`max(${enrollments.enrolledAt})`);
      case 'enrollment.latestSequenceEndedDate':
        return of(lastEnd);
      case 'enrollment.latestSequenceFinishedDate':
        return of(lastEnd, eq(enrollments.state, 'finished'));
      case 'enrollment.latestSequenceUnenrolledDate':
        return of(lastEnd, eq(enrollments.state, 'unenrolled'));
      default:
        throw new Error(`no such field of a filter: ${field}`);
    }
  }

  #ofField(condition: Condition): SQL {
    const { field } = condition;
    const column = Object.entries(columns).find(([name]) => name === field)?.[1];
    const value = column === undefined ? this.#enrollmentValue(field) : sql`${column}`;
    const plain = typeOfField(field) !== 'text';
    const isKey = typeOfField(field) === 'key';
    switch (condition.operator) {
      case 'before':
        return sql`${value} < ${condition.value}::timestamptz`;
      case 'after':
        return sql`${value} > ${condition.value}::timestamptz`;
      case 'inLastDays':
        return sql`${value} between ${daysBefore(this.#now, condition.value)}::timestamptz and ${this.#now}::timestamptz`;
      case 'gt':
      case 'gte':
      case 'lt':
      case 'lte':
        return sql`${value} ${comparisons[condition.operator]} ${condition.value}::numeric`;
      default:
        return compareValues(condition, {
          isKnown: sql`${value} is not null`,
          isAmong: (others) =>
            plain
              ? or(...others.map((other) => isEqual(field, value, other)))
              : isOneOf(folded(value), others.map(String)),
          text: isKey ? value : folded(value),
          part: (text) => (isKey ? sql`${text}::text` : foldedText(text)),
        });
    }
  }

  #ofProperty(condition: Condition, value: { readonly json: SQL; readonly text: SQL }): SQL {
    const isText = sql`jsonb_typeof(${value.json}) = 'string'`;
    const isDate = sql`${isText} and ${value.text} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'`;
    const date = sql`${value.text} collate "C"`;
    switch (condition.operator) {
      case 'before':
        return sql`(${isDate} and ${date} < ${condition.value})`;
      case 'after':
        return sql`(${isDate} and ${date} > ${condition.value})`;
      case 'inLastDays': {
        const from = daysBefore(this.#now, condition.value).slice(0, 10);
        return sql`(${isDate} and ${date} between ${from} and ${this.#now.slice(0, 10)})`;
      }
      case 'gt':
      case 'gte':
      case 'lt':
      case 'lte':
        // Compares two numbers in JSON as numbers, and casts nothing else to one.
        return sql`(jsonb_typeof(${value.json}) = 'number'
          and ${value.json} ${comparisons[condition.operator]} ${JSON.stringify(condition.value)}::jsonb)`;
      default: {
        const text = sql`case when ${isText} then ${folded(value.text)} end`;
        return compareValues(condition, {
          isKnown: sql`${value.json} is not null`,
          isAmong: (others) => {
            const texts = others.filter((other) => typeof other === 'string');
            const rest = others.filter((other) => typeof other !== 'string');
            return or(
              texts.length > 0 ? isOneOf(text, texts) : undefined,
              ...rest.map((other) => sql`${value.json} = ${JSON.stringify(other)}::jsonb`),
            );
          },
          text,
          part: foldedText,
        });
      }
    }
  }
}

const comparisons = { gt: sql`>`, gte: sql`>=`, lt: sql`<`, lte: sql`<=` } as const;

interface Comparable {
  readonly isKnown: SQL;
  readonly isAmong: (others: readonly PropertyValue[]) => SQL | undefined;
  readonly text: SQL;
  readonly part: (text: string) => SQL;
}

type ValueCondition = Extract<
  Condition,
  { readonly operator: 'eq' | 'neq' | 'in' | 'contains' | 'startsWith' | 'known' | 'unknown' }
>;

function compareValues(condition: ValueCondition, value: Comparable): SQL {
  switch (condition.operator) {
    case 'known':
      return value.isKnown;
    case 'unknown':
      return sql`not (${value.isKnown})`;
    case 'eq':
      return value.isAmong([condition.value]) ?? sql`false`;
    case 'neq':
      return sql`(${value.isAmong([condition.value])}) is not true`;
    case 'in':
      return value.isAmong(condition.value) ?? sql`false`;
    case 'contains':
      return sql`position(${value.part(condition.value)} in ${value.text}) > 0`;
    case 'startsWith':
      return sql`starts_with(${value.text}, ${value.part(condition.value)})`;
  }
}

/** Whether a text that is `folded`, once a row, is one of these. */
function isOneOf(text: SQL, others: readonly string[]): SQL {
  return sql`${text} in (${sql.join(others.map(foldedText), sql`, `)})`;
}

/** Equality with a value of the column's type, so that an index on it can be used. */
function isEqual(field: string, column: SQL, value: PropertyValue): SQL {
  switch (typeOfField(field)) {
    case 'id':
      return sql`${column} = ${value}::uuid`;
    case 'number':
      return sql`${column} = ${value}::numeric`;
    case 'boolean':
      return value === true ? column : sql`not ${column}`;
    default:
      return sql`${column} = ${value}::text`;
  }
}

function within(
  column: PgColumn,
  from: Instant | undefined,
  until: Instant | undefined,
): SQL | undefined {
  return and(
    from === undefined ? undefined : gte(column, from),
    until === undefined ? undefined : lte(column, until),
  );
}

/** Whether a row of `enrollments` has a reply or a meeting after its end that counts as one of these reasons. */
function hasLate(reasons: readonly EnrollmentReason[]): SQL {
  return sql`exists (
    select from ${logEntries} late
    where late.account_id = ${enrollments.accountId} and late.subject_id = ${enrollments.id}
      and late.type in ${[...lateTypes]}
      and late.data ->> 'reason' in ${[...reasons]})`;
}
