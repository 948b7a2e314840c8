import { z } from 'zod';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { holidayCountry } from '../../shapes/holiday-calendar.js';

export const listHolidayCountries = defineEndpoint({
  method: 'GET',
  path: '/v1/holiday-calendars/countries',
  operationId: 'listHolidayCountries',
  summary: 'List the countries and regions whose public holidays are known',
  description: 'All at once, by their codes; `country` picks one.',
  tag: 'holiday-calendars',
  scope: 'read',
  actingUser: 'optional',
  params: nothing,
  query: nothing.extend({ country: z.string().max(2).optional() }),
  body: nothing,
  replies: {
    200: z.object({ countries: z.array(holidayCountry) }).meta({ id: 'HolidayCountries' }),
  },
  handler: async ({ ports, query }) => {
    const known = await ports.publicHolidays.countries();
    const countries = known
      .filter(({ country }) => query.country === undefined || country === query.country)
      .map((each) => ({ ...each, regions: [...each.regions] }));
    return { status: 200, body: { countries } };
  },
});
