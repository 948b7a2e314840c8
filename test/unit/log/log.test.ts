import { describe, expect, it, test } from 'vitest';
import { logTypes } from '../../../src/domain/enrollment/log.js';
import { changedFields } from '../../../src/domain/log/changed-fields.js';
import {
  filedAs,
  isForAdmins,
  logNames,
  logSubjects,
  nameOf,
} from '../../../src/domain/log/names.js';
import { readPosition, writePosition } from '../../../src/domain/log/position.js';

describe('the names of what happens', () => {
  it('2.9: stand for one place in the log each', () => {
    expect(new Set(logNames).size).toBe(logNames.length);
    for (const name of logNames) {
      const filed = filedAs(name);
      expect(filed && nameOf(filed)).toBe(name);
      expect(name).toMatch(/^[a-z_]+\.[a-z_]+$/);
    }
    for (const type of logTypes)
      expect(logNames).toContain(nameOf({ subject: 'enrollment', type }));
  });

  test.each([
    ['email_sent', 'email.sent'],
    ['task_created', 'task.created'],
    ['task_completed', 'task.completed'],
    ['task_reassigned', 'task.reassigned'],
    ['enrolled', 'enrollment.enrolled'],
  ])('2.9: %s of an enrollment is told as %s', (type, name) => {
    expect(nameOf({ subject: 'enrollment', type })).toBe(name);
  });

  it('knows nothing by another name', () => {
    for (const name of ['enrollment.email_sent', 'contact', 'toString', '']) {
      expect(filedAs(name)).toBeUndefined();
    }
  });

  it('keeps what happened to accounts, users and keys for admins', () => {
    expect(logSubjects.filter(isForAdmins)).toEqual(['user', 'account', 'api_key']);
  });
});

describe('a position', () => {
  test.each(['0.0.0', '1795953600.48213.9021', '1.18446744073709551615.9007199254740991'])(
    '%s is read as it was written',
    (text) => {
      const position = readPosition(text);
      expect(position && writePosition(position)).toBe(text);
    },
  );

  test.each([
    '',
    '1.2',
    '1.2.3.4',
    '01.2.3',
    '1.-2.3',
    '1.2.x',
    '1.18446744073709551616.1',
    ' 1.2.3',
  ])('"%s" is none', (text) => {
    expect(readPosition(text)).toBeUndefined();
  });
});

describe('changedFields', () => {
  it('names what differs, and not what only follows from it', () => {
    const before = { id: 'a', email: 'a@x', emailNormalized: 'a@x', name: 'A', updatedAt: '1' };
    const after = { id: 'a', email: 'A@x', emailNormalized: 'a@x', name: 'A', updatedAt: '2' };
    expect(changedFields(before, after)).toEqual(['email']);
    expect(changedFields(before, before)).toEqual([]);
  });

  it('names each property', () => {
    const before = { properties: { plan: 'pro', seats: 3, gone: true } };
    const after = { properties: { seats: 4, plan: 'pro', made: false } };
    expect(changedFields(before, after)).toEqual([
      'properties.gone',
      'properties.made',
      'properties.seats',
    ]);
  });

  it('takes a value for the same whatever the order of its members, and null for nothing', () => {
    const before = { filter: { and: [{ a: 1, b: 2 }] }, note: null };
    expect(changedFields(before, { filter: { and: [{ b: 2, a: 1 }] } })).toEqual([]);
    expect(changedFields(before, { filter: { and: [{ b: 2, a: 3 }] } })).toEqual(['filter']);
  });

  it('calls fields what they are called outside, several of them the same', () => {
    const names = { perMinute: 'limits', perDay: 'limits' };
    expect(changedFields({ perMinute: 1, perDay: 1 }, { perMinute: 2, perDay: 2 }, names)).toEqual([
      'limits',
    ]);
  });
});
