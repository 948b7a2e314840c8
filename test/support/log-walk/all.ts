import { contactCases } from './contacts.js';
import { enrollmentCases } from './enrollments.js';
import { peopleCases } from './people.js';
import { sequenceCases } from './sequences.js';
import type { LogCases } from './walker.js';

/** An effective call of each endpoint that changes something, in an order that an account and what is in it can stand. */
export const allCases: LogCases = {
  ...peopleCases,
  ...contactCases,
  ...sequenceCases,
  ...enrollmentCases,
};
