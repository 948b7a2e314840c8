import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';

import {
  dateExists,
  instantAt,
  isTimeZone,
  localDateAt,
  localMinuteAt,
  localTimeAt,
  resolveLocal,
} from '../../../src/domain/time/zone.js';
import { anyInstant, anyZone } from './fixtures.js';

const minute = 60_000;
const hour = 60 * minute;

describe('isTimeZone', () => {
  it.each([
    'UTC',
    'America/New_York',
    'America/Argentina/Buenos_Aires',
    'America/Port-au-Prince',
    'Africa/Dar_es_Salaam',
    'Antarctica/DumontDUrville',
    'Asia/Calcutta',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Europe/Kyiv',
    'US/Eastern',
    'Etc/UTC',
  ])('SET-10: takes %s', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it('SET-10: takes every region-and-city name of the runtime', () => {
    const refused = Intl.supportedValuesOf('timeZone').filter((name) => !isTimeZone(name));
    expect(refused).toEqual([]);
  });

  it.each([
    '',
    'local',
    'system',
    'utc',
    'Z',
    'UTC+3',
    'GMT+2',
    '+02:00',
    '-0500',
    'Etc/GMT+3',
    'EST',
    'EST5EDT',
    'CET',
    'america/new_york',
    'America/New York',
    'America/Nowhere',
    'Europe/Berlin ',
    'Europe/',
    '../etc/passwd',
  ])('SET-10: refuses %j', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});

describe('local time of an instant', () => {
  it.each([
    ['2026-11-26T22:00:00.000Z', 'America/New_York', '2026-11-26', 17 * 60],
    ['2026-11-27T11:30:00.000Z', 'Asia/Kolkata', '2026-11-27', 17 * 60],
    ['2026-11-26T15:00:00.000Z', 'Asia/Tokyo', '2026-11-27', 0],
    ['2026-11-26T10:00:00.000Z', 'Pacific/Kiritimati', '2026-11-27', 0],
    ['2026-11-26T10:59:00.000Z', 'Pacific/Pago_Pago', '2026-11-25', 23 * 60 + 59],
    ['2026-11-26T00:00:00.000Z', 'Asia/Kathmandu', '2026-11-26', 5 * 60 + 45],
  ])('SET-09: %s in %s', (instant, timeZone, date, minuteOfDay) => {
    expect(localDateAt(instant, timeZone)).toBe(date);
    expect(localMinuteAt(instant, timeZone)).toBe(minuteOfDay);
  });

  it('SET-05: keeps seconds and milliseconds', () => {
    expect(localTimeAt('2026-11-26T22:00:01.234Z', 'America/New_York')).toEqual({
      date: '2026-11-26',
      clockMs: 17 * hour + 1234,
    });
  });

  it('SET-05: agrees with luxon, and what it shows leads back', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (instant, timeZone) => {
        const local = localTimeAt(instant, timeZone);
        const told = DateTime.fromISO(instant, { zone: timeZone });
        expect(local.date).toBe(told.toFormat('yyyy-MM-dd'));
        expect(Math.floor(local.clockMs / minute)).toBe(told.hour * 60 + told.minute);
        const back = resolveLocal(local, timeZone);
        expect(back.moved).toBe(false);
        expect(back.at <= instant).toBe(true);
        expect(localTimeAt(back.at, timeZone)).toEqual(local);
      }),
    );
  });
});

describe('localTimeAt, at any time of many years', () => {
  // To the minute within two days around clock changes past and to come, and anywhere from 1970 on.
  const changes = [
    Date.UTC(1987, 3, 5),
    Date.UTC(1994, 11, 31),
    Date.UTC(2007, 2, 11),
    Date.UTC(2011, 11, 30),
    Date.UTC(2016, 3, 30),
    Date.UTC(2026, 2, 29),
    Date.UTC(2026, 9, 4),
    Date.UTC(2037, 10, 1),
  ];
  const anyEpochMs = fc.oneof(
    fc.integer({ min: 0, max: Date.UTC(2099, 11, 31) }),
    fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -2880, max: 2880 }))
      .map(([change, minutes]) => change + minutes * 60_000),
  );
  const zones = Intl.supportedValuesOf('timeZone').filter(isTimeZone);

  it('SET-05: agrees with luxon in every zone, however often it is asked', () => {
    fc.assert(
      fc.property(anyEpochMs, fc.constantFrom(...zones), (epochMs, timeZone) => {
        const instant = new Date(epochMs).toISOString();
        const told = DateTime.fromMillis(epochMs, { zone: timeZone });
        const wanted = told.toFormat('yyyy-MM-dd HH:mm');
        for (let time = 0; time < 2; time += 1) {
          const { date, clockMs } = localTimeAt(instant, timeZone);
          const clock = new Date(clockMs).toISOString().slice(11, 16);
          expect(`${date} ${clock}`).toBe(wanted);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('instantAt', () => {
  it.each([
    ['plain', '2026-12-01', 17 * 60, 'America/New_York', '2026-12-01T22:00:00.000Z'],
    ['24:00', '2026-12-31', 24 * 60, 'UTC', '2027-01-01T00:00:00.000Z'],
    ['gap', '2027-03-14', 150, 'America/New_York', '2027-03-14T07:30:00.000Z'],
    ['gap, its first minute', '2027-03-14', 120, 'America/New_York', '2027-03-14T07:00:00.000Z'],
    ['after the gap', '2027-03-14', 180, 'America/New_York', '2027-03-14T07:00:00.000Z'],
    ['overlap', '2026-11-01', 90, 'America/New_York', '2026-11-01T05:30:00.000Z'],
    ['after the overlap', '2026-11-01', 120, 'America/New_York', '2026-11-01T07:00:00.000Z'],
    ['half-hour gap', '2026-10-04', 135, 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z'],
    ['half-hour overlap', '2027-04-04', 105, 'Australia/Lord_Howe', '2027-04-03T14:45:00.000Z'],
    ['no 00:00', '2027-04-30', 0, 'Africa/Cairo', '2027-04-29T22:00:00.000Z'],
    ['no 00:20', '2027-04-30', 20, 'Africa/Cairo', '2027-04-29T22:20:00.000Z'],
    ['no 00:00', '2026-03-29', 0, 'Asia/Beirut', '2026-03-28T22:00:00.000Z'],
    ['no 00:00', '2027-03-28', 0, 'Atlantic/Azores', '2027-03-28T01:00:00.000Z'],
    ['00:00 twice', '2026-11-01', 0, 'America/Havana', '2026-11-01T04:00:00.000Z'],
    ['23:30 twice', '2026-10-24', 1410, 'America/Nuuk', '2026-10-25T00:30:00.000Z'],
    ['00:00 after 23:00 twice', '2026-10-25', 0, 'America/Nuuk', '2026-10-25T02:00:00.000Z'],
    ['no such day, 09:00', '2011-12-30', 540, 'Pacific/Apia', '2011-12-30T19:00:00.000Z'],
    ['no such day, 00:00', '2011-12-30', 0, 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['24:00 before no such day', '2011-12-29', 1440, 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['the day after', '2011-12-31', 0, 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
  ])('SET-05: %s: %s minute %i in %s', (_, date, minuteOfDay, ...[timeZone, expected]) => {
    expect(instantAt(date, minuteOfDay * minute, timeZone)).toBe(expected);
  });

  it('TSK-02: the first instant of a day whose first half hour is left out within it', () => {
    // Toronto 1919: 30 March ended at 23:30, and the next day began at 00:30.
    expect(instantAt('1919-03-31', 0, 'America/Toronto')).toBe('1919-03-31T04:30:00.000Z');
    expect(localMinuteAt('1919-03-31T04:30:00.000Z', 'America/Toronto')).toBe(30);
  });

  it('SET-05: says whether the wanted time exists', () => {
    const zone = 'America/New_York';
    expect(resolveLocal({ date: '2027-03-14', clockMs: 2.5 * hour }, zone).moved).toBe(true);
    expect(resolveLocal({ date: '2027-03-14', clockMs: 3 * hour }, zone).moved).toBe(false);
    expect(resolveLocal({ date: '2026-11-01', clockMs: 1.5 * hour }, zone).moved).toBe(false);
  });

  it('SET-05: a date that a zone left out does not exist, its neighbours do', () => {
    expect(dateExists('2011-12-29', 'Pacific/Apia')).toBe(true);
    expect(dateExists('2011-12-30', 'Pacific/Apia')).toBe(false);
    expect(dateExists('2011-12-31', 'Pacific/Apia')).toBe(true);
    expect(dateExists('2011-12-30', 'Pacific/Auckland')).toBe(true);
    expect(dateExists('1994-12-31', 'Pacific/Kiritimati')).toBe(false);
  });
});

describe('errors name what is wrong', () => {
  it.each(['Mars/Olympus', 'UTC+3', '+02:00', 'local', ''])('SET-09: zone %j', (timeZone) => {
    expect(() => localTimeAt('2026-11-26T22:00:00.000Z', timeZone)).toThrow(
      new RangeError(`Not a time zone: ${timeZone}`),
    );
    expect(() => instantAt('2026-11-26', 0, timeZone)).toThrow(`Not a time zone: ${timeZone}`);
  });

  it.each([
    'yesterday',
    '2026-11-26',
    '2026-11-26T22:00:00Z',
    '2026-11-26T22:00:00.000',
    '2026-11-26T22:00:00.000+01:00',
    '2026-02-30T22:00:00.000Z',
    '2026-11-26T24:00:00.000Z',
    '2026-11-26T25:00:00.000Z',
  ])('SET-09: instant %j', (instant) => {
    expect(() => localTimeAt(instant, 'UTC')).toThrow(RangeError);
    expect(() => localTimeAt(instant, 'UTC')).toThrow(instant);
  });

  it.each(['2026-02-30', '2026-13-01', '26-11-26', 'today', '2026-11-26T00:00'])(
    'SET-09: date %j',
    (date) => {
      expect(() => instantAt(date, 0, 'UTC')).toThrow(RangeError);
      expect(() => instantAt(date, 0, 'UTC')).toThrow(date);
    },
  );

  it.each([-1, 0.5, 24 * hour + 1, Number.NaN])('SET-09: time of day %d', (clockMs) => {
    expect(() => instantAt('2026-11-26', clockMs, 'UTC')).toThrow(RangeError);
  });
});
