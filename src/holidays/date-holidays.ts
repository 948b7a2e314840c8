import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type Holidays from 'date-holidays';
import type { HolidaysTypes } from 'date-holidays';
import { inOrder, type Holiday, type HolidayPlace } from '../domain/holiday/calendar.js';
import { addDays, dayMs } from '../domain/time/local-date.js';
import type { HolidayCountry, PublicHolidays } from './port.js';

const language = 'en';
const clockChangeMs = 3_600_000;

/** Public holidays from the library `date-holidays`, whose data are loaded when they are first asked for. */
export function createPublicHolidays(): PublicHolidays {
  let loading: Promise<Library> | undefined;
  const library = (): Promise<Library> => (loading ??= load());
  return {
    countries: async () => (await library()).countries,
    lookUp: async (place, { firstYear, lastYear }) => {
      const { calendarFor, dataVersion, countries } = await library();
      if (!isKnown(place, countries)) return undefined;
      const calendar = calendarFor(place);
      // A holiday of several days may begin in the year before.
      const years = Array.from({ length: lastYear - firstYear + 2 }, (_, past) => lastYear - past);
      const all = years.flatMap((year) => calendar.getHolidays(year, language));
      const dates = all
        .filter((holiday) => isPublic(holiday, all))
        .flatMap(daysOf)
        .filter(({ date }) => Number(date.slice(0, 4)) >= firstYear)
        .filter(({ date }) => Number(date.slice(0, 4)) <= lastYear);
      return { dates: inOrder(onceEach(dates)), dataVersion };
    },
  };
}

interface Library {
  readonly calendarFor: (place: HolidayPlace) => Holidays;
  readonly countries: readonly HolidayCountry[];
  readonly dataVersion: string;
}

async function load(): Promise<Library> {
  const { default: Calendar } = await import('date-holidays');
  const known = new Calendar();
  const countries = Object.entries(known.getCountries(language))
    .map(([country, name]) => ({ country, name, regions: regionsOf(known, country) }))
    .sort((one, other) => (one.country < other.country ? -1 : 1));
  return {
    countries,
    dataVersion: `date-holidays ${await versionOf('date-holidays')}`,
    calendarFor: ({ country, region }) => {
      const [state, ...inner] = region?.split('-') ?? [];
      return state === undefined
        ? new Calendar(country)
        : new Calendar({ country, state, ...(inner[0] !== undefined && { region: inner[0] }) });
    },
  };
}

function regionsOf(known: Holidays, country: string): HolidayCountry['regions'] {
  return named(known.getStates(country, language)).flatMap(([state, name]) => [
    { region: state, name },
    ...named(known.getRegions(country, state, language)).map(([inner, innerName]) => ({
      region: `${state}-${inner}`,
      name: `${name}, ${innerName}`,
    })),
  ]);
}

/** The library answers undefined, against its types, where a country or a state has no parts. */
function named(parts: Readonly<Record<string, string>> | undefined): readonly [string, string][] {
  return Object.entries(parts ?? {});
}

function isKnown(place: HolidayPlace, countries: readonly HolidayCountry[]): boolean {
  const country = countries.find((each) => each.country === place.country);
  if (country === undefined || place.region === null) return country !== undefined;
  return country.regions.some(({ region }) => region === place.region);
}

/**
 * Whether people are off: also on the weekday that stands in for a public holiday on a weekend where the data call that a
 * bank holiday, as for Veterans Day in the United States.
 */
function isPublic(
  { type, substitute, rule }: HolidaysTypes.Holiday,
  all: readonly HolidaysTypes.Holiday[],
): boolean {
  if (type !== 'bank' || substitute !== true) return type === 'public';
  const ofDay = rule.replace(/^substitutes /, '');
  return all.some((day) => day.type === 'public' && ofDay.startsWith(`${day.rule} `));
}

/** The days of a holiday; none of one that does not begin at midnight and last whole days. */
function daysOf({ date, start, end, name }: HolidaysTypes.Holiday): readonly Holiday[] {
  // A clock that is changed on the day makes it an hour shorter or longer; half a day is none.
  const days = Math.floor((end.getTime() - start.getTime() + clockChangeMs) / dayMs);
  if (date.slice(11, 19) !== '00:00:00') return [];
  return Array.from({ length: days }, (_, past) => ({
    date: addDays(date.slice(0, 10), past),
    name,
  }));
}

function onceEach(dates: readonly Holiday[]): readonly Holiday[] {
  return [...new Map([...dates].reverse().map((holiday) => [holiday.date, holiday])).values()];
}

async function versionOf(name: string): Promise<string> {
  const path = createRequire(import.meta.url).resolve(`${name}/package.json`);
  const described: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (
    typeof described === 'object' &&
    described !== null &&
    'version' in described &&
    typeof described.version === 'string'
  ) {
    return described.version;
  }
  throw new Error(`${name} does not say its version`);
}
