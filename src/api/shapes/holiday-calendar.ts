import { z } from 'zod';
import type { HolidayCalendar } from '../../db/queries/holiday-calendars.js';
import { maxHolidays } from '../../domain/holiday/calendar.js';
import { dateInput, instantShape, lineShape } from './common.js';

const earliestYear = 1970;
const latestYear = 2200;
const maxYears = 11;

const dateShape = dateInput.meta({
  description: 'A calendar date, wherever the enrollment is.',
  examples: ['2026-11-26'],
});

const datesShape = z
  .array(z.strictObject({ date: dateShape, name: lineShape(200) }))
  .max(maxHolidays)
  .meta({ description: 'Whole days that are no business days, each once.' });

const year = z.int().min(earliestYear).max(latestYear);

const yearsShape = z
  .strictObject({ firstYear: year, lastYear: year })
  .refine(({ firstYear, lastYear }) => lastYear >= firstYear && lastYear - firstYear < maxYears, {
    params: { code: 'bad_years' },
    error: `From the first year to the last, at most ${maxYears} of them.`,
  })
  .meta({
    id: 'HolidayYears',
    description: 'The years of a snapshot; without it last year, this one and the next three.',
  });

const nameShape = lineShape(200);

export const holidayCalendarInput = z
  .strictObject({
    name: nameShape.optional().meta({ description: 'Needed with `dates`.' }),
    dates: datesShape.optional(),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, { error: 'A country is two capitals, such as US.' })
      .optional()
      .meta({ description: 'Takes its public holidays over, instead of `dates`.' }),
    region: z
      .string()
      .max(20)
      .optional()
      .meta({
        description: 'A part of the country, as the list of countries names it.',
        examples: ['CA'],
      }),
    years: yearsShape.optional(),
  })
  .superRefine((input, context) => {
    for (const { field, code, message } of formProblems(input)) {
      context.addIssue({ code: 'custom', path: [field], params: { code }, message });
    }
  })
  .meta({ id: 'HolidayCalendarInput' });

interface Form {
  readonly name?: string | undefined;
  readonly dates?: unknown;
  readonly country?: string | undefined;
  readonly region?: string | undefined;
  readonly years?: unknown;
}

interface FormProblem {
  readonly field: keyof Form;
  readonly code: string;
  readonly message: string;
}

/** A calendar of own dates has a name and no place; one of public holidays has a place and no dates. */
function formProblems({ name, dates, country, region, years }: Form): readonly FormProblem[] {
  if (country !== undefined) {
    const message = 'Give either dates of your own or a country.';
    return dates === undefined ? [] : [{ field: 'dates', code: 'not_with_country', message }];
  }
  if (dates === undefined) {
    const message = 'Give dates of your own, or a country.';
    return [{ field: 'dates', code: 'required', message }];
  }
  const needless = 'Only public holidays have it: give the country too, and no dates.';
  const fields: (FormProblem | false)[] = [
    name === undefined && { field: 'name', code: 'required', message: 'A name is needed.' },
    region !== undefined && { field: 'region', code: 'without_country', message: needless },
    years !== undefined && { field: 'years', code: 'without_country', message: needless },
  ];
  return fields.filter((each) => each !== false);
}

export const holidayCalendarPatch = z
  .strictObject({ name: nameShape.optional(), dates: datesShape.optional() })
  .meta({ id: 'HolidayCalendarPatch' });

export const refreshInput = z
  .strictObject({ years: yearsShape.optional() })
  .meta({ id: 'HolidayRefresh' });

const holidayShape = z.object({ date: z.iso.date(), name: z.string() }).meta({ id: 'Holiday' });

export const holidayCalendarReply = z
  .object({
    id: z.uuid(),
    name: z.string(),
    country: z.string().nullable().meta({ description: 'Null for dates of the account’s own.' }),
    region: z.string().nullable(),
    firstYear: z.int().nullable(),
    lastYear: z
      .int()
      .nullable()
      .meta({ description: 'Beyond it the calendar knows no holidays: refresh it in time.' }),
    dataVersion: z
      .string()
      .nullable()
      .meta({ description: 'The edition of the data that the snapshot was taken from.' }),
    dates: z.array(holidayShape),
    version: z.int(),
    createdAt: instantShape,
    updatedAt: instantShape,
  })
  .meta({ id: 'HolidayCalendar' });

export const holidayCountry = z
  .object({
    country: z.string(),
    name: z.string(),
    regions: z.array(z.object({ region: z.string(), name: z.string() })),
  })
  .meta({ id: 'HolidayCountry' });

export function showHolidayCalendar(
  calendar: HolidayCalendar,
): z.input<typeof holidayCalendarReply> {
  return { ...calendar, dates: [...calendar.dates] };
}
