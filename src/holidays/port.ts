import type { Holiday, HolidayPlace, YearRange } from '../domain/holiday/calendar.js';

/** A country whose public holidays are known. */
export interface HolidayCountry {
  /** ISO 3166-1, two letters. */
  readonly country: string;
  /** In English. */
  readonly name: string;
  /** Named in a language of the country where there is no English name. */
  readonly regions: readonly { readonly region: string; readonly name: string }[];
}

/** Where public holidays are looked up. */
export interface PublicHolidays {
  /** Every country that is known, by its code. */
  countries(): Promise<readonly HolidayCountry[]>;
  /**
   * The public holidays of a place that last whole days, each day once, with the edition of the data; undefined for a place
   * that is not known. Dates are those of the place itself. A weekday that stands in for a public holiday is one; half days,
   * and days on which only banks or schools close, are working days.
   */
  lookUp(
    place: HolidayPlace,
    years: YearRange,
  ): Promise<{ readonly dates: readonly Holiday[]; readonly dataVersion: string } | undefined>;
}
