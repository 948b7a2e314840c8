import { describe, expect, it, test } from 'vitest';
import {
  enrollmentProperties,
  type PastEnrollment,
} from '../../../src/domain/enrollment/history.js';
import { matches, type ContactFacts } from '../../../src/domain/segment/matches.js';
import { readFilter } from '../../../src/domain/segment/read-filter.js';
import { warningsFor } from '../../../src/domain/segment/selection.js';

const now = '2026-11-22T12:00:00.000Z';
const day = (text: string) => `${text}T09:00:00.000Z`;
const replied: PastEnrollment = {
  id: 'e1',
  sequenceId: '0192f0c1-0000-7000-8000-000000000001',
  state: 'unenrolled',
  reason: 'replied',
  enrolledAt: day('2026-01-01'),
  endedAt: day('2026-01-05'),
};
const finished: PastEnrollment = {
  id: 'e2',
  sequenceId: '0192f0c1-0000-7000-8000-000000000002',
  state: 'finished',
  reason: 'all_steps',
  enrolledAt: day('2026-03-01'),
  endedAt: day('2026-03-09'),
};
const live: PastEnrollment = {
  id: 'e3',
  sequenceId: '0192f0c1-0000-7000-8000-000000000003',
  state: 'waiting_task',
  reason: null,
  enrolledAt: day('2026-11-20'),
  endedAt: null,
};
const facts: ContactFacts = {
  contact: {
    email: 'ada@example.com',
    externalId: 'CRM-1',
    firstName: 'Ädel',
    lastName: null,
    timeZone: null,
    ownerId: null,
    companyId: null,
    createdAt: '2026-11-15T12:00:00.000Z',
    updatedAt: '2026-11-22T12:00:00.001Z',
    properties: {
      ...{ size: 12, age: '12', vip: false, renewsOn: '2026-11-20', note: '' },
      ...{ today: '2026-11-22', tomorrow: '2026-11-23' },
    },
  },
  company: null,
  enrollments: [finished, live, replied],
};

const company: ContactFacts['company'] = {
  externalId: 'acme-1',
  name: 'Acme',
  domain: 'acme.example',
  createdAt: day('2026-01-01'),
  updatedAt: day('2026-01-01'),
  properties: { plan: 'paid' },
};
const holding = { field: 'contact.firstName', operator: 'known' };
const failing = { field: 'contact.lastName', operator: 'known' };

function isMeant(json: unknown): boolean {
  const reading = readFilter(json);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return matches(reading.filter, facts, now);
}

test.each<readonly [string, string, unknown, boolean]>([
  ['contact.email', 'eq', 'ADA@example.com', true],
  ['contact.email', 'contains', 'EXAMPLE', true],
  ['contact.firstName', 'eq', 'äDEL', true],
  ['contact.firstName', 'startsWith', 'ÄD', true],
  ['contact.externalId', 'eq', 'crm-1', false],
  ['contact.lastName', 'eq', 'x', false],
  ['contact.lastName', 'neq', 'x', true],
  ['contact.lastName', 'unknown', undefined, true],
  ['contact.firstName', 'unknown', undefined, false],
  ['contact.firstName', 'startsWith', 'DE', false],
  ['contact.firstName', 'contains', 'DE', true],
  ['company.name', 'neq', 'Acme', true],
  ['company.name', 'known', undefined, false],
  ['contact.createdAt', 'inLastDays', 7, true],
  ['contact.createdAt', 'inLastDays', 6, false],
  ['contact.updatedAt', 'inLastDays', 6, false],
  ['contact.createdAt', 'before', '2026-11-15T12:00:00Z', false],
  ['contact.createdAt', 'before', '2026-11-15T12:00:00.001Z', true],
  ['contact.createdAt', 'after', '2026-11-15T11:59:59.999Z', true],
  ['contact.createdAt', 'after', '2026-11-15T12:00:00Z', false],
  ['contact.properties.size', 'gt', 11.5, true],
  ['contact.properties.size', 'gt', 12, false],
  ['contact.properties.size', 'lte', 12, true],
  ['contact.properties.size', 'lte', 11.9, false],
  ['contact.properties.size', 'gte', 12, true],
  ['contact.properties.size', 'gte', 12.1, false],
  ['contact.properties.size', 'lt', 12.1, true],
  ['contact.properties.size', 'lt', 12, false],
  ['contact.properties.size', 'neq', 12, false],
  ['contact.properties.size', 'neq', 13, true],
  ['contact.properties.size', 'in', [11, 12], true],
  ['contact.properties.size', 'in', [11, 13], false],
  ['contact.properties.age', 'gt', 11, false],
  ['contact.properties.age', 'eq', 12, false],
  ['contact.properties.size', 'contains', '1', false],
  ['contact.properties.vip', 'eq', false, true],
  ['contact.properties.vip', 'in', [true], false],
  ['contact.properties.note', 'known', undefined, true],
  ['contact.properties.other', 'known', undefined, false],
  ['contact.properties.constructor', 'known', undefined, false],
  ['contact.properties.renewsOn', 'inLastDays', 2, true],
  ['contact.properties.renewsOn', 'inLastDays', 1, false],
  ['contact.properties.renewsOn', 'before', '2026-11-20', false],
  ['contact.properties.renewsOn', 'before', '2026-11-21', true],
  ['contact.properties.renewsOn', 'after', '2026-11-20', false],
  ['contact.properties.renewsOn', 'after', '2026-11-19', true],
  ['contact.properties.today', 'inLastDays', 1, true],
  ['contact.properties.tomorrow', 'inLastDays', 1, false],
  ['contact.properties.age', 'before', '2099-01-01', false],
  ['contact.properties.size', 'before', '2099-01-01', false],
  ['enrollment.isEnrolled', 'eq', true, true],
  ['enrollment.enrolledCount', 'eq', 3, true],
  ['enrollment.latestSequenceEnrolledId', 'eq', live.sequenceId, true],
])('SEQ-25: %s %s %j is %s', (field, operator, value, expected) => {
  const condition = value === undefined ? { field, operator } : { field, operator, value };
  expect(isMeant(condition)).toBe(expected);
  expect(isMeant({ not: condition })).toBe(!expected);
});

test('ENR-20: a reply after the end is one of its reasons', () => {
  const late = { ...finished, lateReasons: ['replied'] } as const;
  const of = (enrollments: readonly PastEnrollment[], reasons: readonly string[]) => {
    const reading = readFilter({ everEnrolled: { reasons, states: ['finished'] } });
    return reading.ok && matches(reading.filter, { ...facts, enrollments }, now);
  };
  expect(of([finished], ['replied'])).toBe(false);
  expect(of([late], ['replied'])).toBe(true);
  expect(of([late], ['meeting_link'])).toBe(false);
});

test.each<readonly [object, boolean]>([
  [{}, true],
  [{ sequenceId: replied.sequenceId, reasons: ['replied'] }, true],
  [{ sequenceId: finished.sequenceId, reasons: ['replied'] }, false],
  [{ states: ['finished', 'errored'] }, true],
  [{ states: ['finished'], enrolledFrom: day('2026-03-01'), endedUntil: day('2026-03-09') }, true],
  [{ states: ['finished'], endedFrom: day('2026-03-10') }, false],
  [{ states: ['waiting_task'], endedUntil: day('2099-01-01') }, false],
  [{ states: ['waiting_task'], reasons: ['replied'] }, false],
  [{ states: ['finished'], endedUntil: day('2026-03-08') }, false],
  [{ states: ['finished'], enrolledFrom: '2026-03-01T09:00:00.001Z' }, false],
])('SEQ-25: was ever enrolled %j: %s', (asked, expected) => {
  expect(isMeant({ everEnrolled: asked })).toBe(expected);
});

test.each<readonly [object, boolean]>([
  [{ and: [holding, holding] }, true],
  [{ and: [holding, failing] }, false],
  [{ or: [failing, holding] }, true],
  [{ or: [failing, failing] }, false],
  [{ and: [{ or: [failing, holding] }, { not: failing }] }, true],
])('SEQ-25: the group %j is %s', (filter, expected) => {
  expect(isMeant(filter)).toBe(expected);
});

test.each<readonly [string, unknown]>([
  ['company.externalId', 'acme-1'],
  ['company.name', 'ACME'],
  ['company.domain', 'acme.example'],
  ['company.properties.plan', 'paid'],
])('SEQ-25: a company is asked for its %s', (field, value) => {
  const filter = readFilter({ field, operator: 'eq', value });
  if (!filter.ok) throw new Error(JSON.stringify(filter.problems));
  expect(matches(filter.filter, { ...facts, company }, now)).toBe(true);
  expect(matches(filter.filter, facts, now)).toBe(false);
});

test.each(['contact.companyId', 'contact.ownerId'])('SEQ-25: %s is compared as an id', (field) => {
  const [id] = [replied.sequenceId];
  const contact = { ...facts.contact, companyId: id, ownerId: id };
  const filter = readFilter({ field, operator: 'eq', value: id.toUpperCase() });
  if (!filter.ok) throw new Error(JSON.stringify(filter.problems));
  expect(matches(filter.filter, { ...facts, contact }, now)).toBe(true);
});

describe('enrollment properties', () => {
  it('SEQ-25: are told from the whole history, in whatever order', () => {
    const properties = {
      isEnrolled: true,
      enrolledCount: 3,
      activelyEnrolledCount: 1,
      latestSequenceEnrolledId: live.sequenceId,
      latestSequenceEnrolledDate: live.enrolledAt,
      latestSequenceEndedDate: finished.endedAt,
      latestSequenceFinishedDate: finished.endedAt,
      latestSequenceUnenrolledDate: replied.endedAt,
    };
    expect(enrollmentProperties([replied, finished, live])).toEqual(properties);
    expect(enrollmentProperties([live, finished, replied])).toEqual(properties);
  });

  it('SEQ-25: of two at the same time the later id is the latest', () => {
    const twin = { ...replied, id: 'e0', sequenceId: 'other' };
    expect(enrollmentProperties([replied, twin]).latestSequenceEnrolledId).toBe(replied.sequenceId);
    expect(enrollmentProperties([twin, replied]).latestSequenceEnrolledId).toBe(replied.sequenceId);
  });

  it('SEQ-25: are none without any', () => {
    expect(enrollmentProperties([])).toMatchObject({
      isEnrolled: false,
      enrolledCount: 0,
      latestSequenceEnrolledId: null,
      latestSequenceEndedDate: null,
    });
  });
});

it('LIM-10: more than a hundred are warned of', () => {
  expect(warningsFor(100)).toEqual([]);
  expect(warningsFor(101)).toMatchObject([{ code: 'LARGE_SELECTION' }]);
  expect(warningsFor(101)[0]?.message).toContain('101 contacts');
});
