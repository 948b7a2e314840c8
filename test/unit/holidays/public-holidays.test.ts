import { describe, expect, it } from 'vitest';
import { holidayProblems } from '../../../src/domain/holiday/calendar.js';
import { createPublicHolidays } from '../../../src/holidays/date-holidays.js';

const holidays = createPublicHolidays();

async function datesIn(country: string, region: string | null, year: number) {
  const found = await holidays.lookUp({ country, region }, { firstYear: year, lastYear: year });
  return found?.dates.map(({ date }) => date);
}

describe('public holidays', () => {
  it('SET-02 worked date 20: 2026-11-26 is one in the United States, on its local date', async () => {
    const found = await holidays.lookUp(
      { country: 'US', region: null },
      { firstYear: 2025, lastYear: 2027 },
    );
    expect(found?.dates).toContainEqual({ date: '2026-11-26', name: 'Thanksgiving Day' });
    expect(found?.dates[0]?.date).toBe('2025-01-01');
    expect(found?.dataVersion).toMatch(/^date-holidays \d+\.\d+\.\d+$/);
  });

  it.each([
    ['Asia/Tokyo’s New Year', 'JP', null, '2026-01-01'],
    ['the day after a Sunday', 'GB', 'ENG', '2026-12-28'],
    ['of one state alone', 'DE', 'BY', '2026-06-04'],
    ['of one town alone', 'DE', 'BY-A', '2026-08-08'],
    ['on the last Sunday of summer time', 'AT', null, '2026-10-26'],
  ])('knows %s', async (_what, country, region, date) => {
    expect(await datesIn(country, region, 2026)).toContain(date);
  });

  it.each([
    ['US', '2028-11-10', 'Veterans Day (substitute day)'],
    ['US', '2029-11-12', 'Veterans Day (substitute day)'],
    ['PR', '2028-11-10', 'Veterans Day (substitute day)'],
    ['BM', '2027-12-28', 'Boxing Day (substitute day)'],
    ['BM', '2028-01-03', "New Year's Day (substitute day)"],
    ['IE', '2029-03-19', 'St. Patrick’s Day (substitute day)'],
  ])(
    'knows the weekday that stands in for a public holiday: %s, %s',
    async (country, date, name) => {
      const year = Number(date.slice(0, 4));
      const place = { country, region: null };
      const found = await holidays.lookUp(place, { firstYear: year, lastYear: year });
      expect(found?.dates).toContainEqual({ date, name });
    },
  );

  it('knows substitutes alone as public among banks’ holidays, and none that only some of a country keep', async () => {
    expect(await datesIn('ES', null, 2024)).not.toContain('2024-12-09');
    expect(await datesIn('US', null, 2028)).not.toContain('2028-12-24');
  });

  it('knows each day of a holiday that lasts several', async () => {
    const eid = ['2026-03-19', '2026-03-20', '2026-03-21', '2026-03-22'];
    expect(await datesIn('SA', null, 2026)).toEqual(expect.arrayContaining(eid));
  });

  it('leaves out half days, banks’ holidays and other parts of the country', async () => {
    expect(await datesIn('CN', null, 2026)).not.toContain('2026-05-04');
    expect(await datesIn('DE', null, 2026)).not.toContain('2026-12-24');
    expect(await datesIn('DE', 'BE', 2026)).not.toContain('2026-06-04');
  });

  it('knows no country or region that there is not', async () => {
    expect(await datesIn('XX', null, 2026)).toBeUndefined();
    expect(await datesIn('US', 'ZZ', 2026)).toBeUndefined();
    expect(await datesIn('DE', 'BY-ZZ', 2026)).toBeUndefined();
    expect(await datesIn('US', '', 2026)).toBeUndefined();
  });

  it('lists countries with their regions', async () => {
    const countries = await holidays.countries();
    expect(countries.length).toBeGreaterThan(150);
    const germany = countries.find(({ country }) => country === 'DE');
    expect(germany?.name).toBe('Germany');
    expect(germany?.regions).toContainEqual({ region: 'BY-A', name: 'Bayern, Stadt Augsburg' });
  });

  it('gives lists that a calendar may have: in order, each day once, with days left to work on', async () => {
    for (const country of ['BA', 'CO', 'ET', 'GB', 'IL', 'IR', 'JP', 'LK', 'ME', 'SA', 'US']) {
      const years = { firstYear: 2025, lastYear: 2029 };
      const { dates = [] } = (await holidays.lookUp({ country, region: null }, years)) ?? {};
      expect(dates.length).toBeGreaterThan(25);
      expect([country, holidayProblems(dates)]).toEqual([country, []]);
      const days = dates.map(({ date }) => date);
      expect(days).toEqual([...days].sort());
      expect(days.every((day) => day >= '2025-01-01' && day <= '2029-12-31')).toBe(true);
    }
  });
});
