import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { tokenValues } from '../../../src/domain/message/token-values.js';
import {
  hasDateForm,
  isCalendarDate,
  printValue,
  problemOfValue,
  type PropertyType,
  type PropertyValue,
} from '../../../src/domain/property/property.js';

describe('a value in a message', () => {
  test.each<readonly [PropertyValue, string]>([
    ['a text', 'a text'],
    ['2026-11-26', '2026-11-26'],
    [true, 'true'],
    [false, 'false'],
    [0, '0'],
    [-0, '0'],
    [12, '12'],
    [-1.5, '-1.5'],
    [0.1, '0.1'],
    [1e21, `1${'0'.repeat(21)}`],
    [1.25e22, `125${'0'.repeat(20)}`],
    [-1.5e-7, '-0.00000015'],
    [1e-10, '0.0000000001'],
    [123456789012345680000, '123456789012345680000'],
  ])('SEQ-27: %j is read as %s', (value, text) => {
    expect(printValue(value)).toBe(text);
  });

  it('SEQ-27: a number has digits, a sign and a point alone, and says the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = printValue(value);
        expect(text).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Number(text)).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it('SEQ-27: typed properties are tokens; a fixed field wins over a property of its name', () => {
    const contact = {
      firstName: 'Ada',
      lastName: null,
      email: null,
      properties: { seats: 1e21, vip: true, renewsOn: '2026-12-01', firstName: 'X' },
    };
    const company = { name: 'Acme', domain: null, properties: { size: 12.5 } };
    const sender = { name: 'Bo', email: 'bo@example.com' };
    const account = { placeholdersAreValues: false };
    expect(tokenValues(contact, company, sender, account)).toMatchObject({
      'contact.seats': '1000000000000000000000',
      'contact.vip': 'true',
      'contact.renewsOn': '2026-12-01',
      'contact.firstName': 'Ada',
      'company.size': '12.5',
    });
  });
});

describe('a declared property', () => {
  const options = ['free', 'paid'];
  test.each<readonly [PropertyType, readonly PropertyValue[], readonly PropertyValue[]]>([
    ['text', ['', 'x', '2026-11-26'], [1, true]],
    ['number', [0, -1.5], ['1', false]],
    ['boolean', [true, false], ['true', 1]],
    [
      'date',
      ['2026-11-26', '2028-02-29'],
      ['2026-02-30', '26.11.2026', '2026-11-26T00:00Z', 20261126],
    ],
    ['enumeration', ['free', 'paid', 'Free', 'PAID'], ['other', '', 1]],
  ])('takes as %s %j and not %j', (type, taken, refused) => {
    const problem = (value: PropertyValue) => problemOfValue({ type, options }, value);
    for (const value of taken) expect([value, problem(value)]).toEqual([value, undefined]);
    for (const value of refused) expect(problem(value)).toMatch(/declared .*: write/);
  });

  it.each([
    ['text', 1, 'It is declared as a text: write it in quotes.'],
    [
      'number',
      'x',
      'It is declared as a number: write it without quotes, with a point before decimals.',
    ],
    ['boolean', 'x', 'It is declared as a boolean: write true or false, without quotes.'],
    [
      'date',
      'x',
      'It is declared as a date: write a day of the calendar like 2026-11-26, in quotes.',
    ],
    ['enumeration', 'x', 'It is declared with options: write one of "free", "paid".'],
  ] as const)('says how a %s is written', (type, value, hint) => {
    expect(problemOfValue({ type, options }, value)).toBe(hint);
  });
});

describe('many options', () => {
  // Half an option is its combining marks: these are the slowest to compare.
  const many = Array.from({ length: 200 }, (_, n) => `${n}${'e\u0301\u0323'.repeat(60)}`);
  const about = { type: 'enumeration', options: many } as const;

  it('are compared with values in no more time than a few of them', () => {
    const { user } = process.cpuUsage();
    for (let n = 0; n < 2_000; n += 1) problemOfValue(about, `é${n}`);
    expect((process.cpuUsage().user - user) / 1000).toBeLessThan(1_500);
  });

  it('are told as far as anybody reads', () => {
    expect(problemOfValue(about, 'x')).toMatch(/^It is declared with options: write one of "0/);
    expect(problemOfValue(about, 'x')).toMatch(/", or one of 180 more\.$/);
  });
});

it('knows the form of a date, whatever the calendar says', () => {
  for (const text of ['2026-11-26', '2026-02-30']) expect(hasDateForm(text)).toBe(true);
  for (const text of ['x2026-11-26', '2026-11-26x', '2026-11-6', '26-11-26', '2026-1-26', '']) {
    expect(hasDateForm(text)).toBe(false);
  }
});

it('knows the days of the calendar', () => {
  const texts = ['2024-02-29', '2023-02-29', '2026-13-01', '2026-1-1', '', '-000001-01-01'];
  expect(texts.map(isCalendarDate)).toEqual([true, false, false, false, false, false]);
});
