import { contactExamples } from './contacts.js';
import { enrollmentExamples } from './enrollments.js';
import type { BodyExamples } from './ids.js';
import { peopleExamples } from './people.js';
import { sequenceExamples } from './sequences.js';

/** A body for each operation that takes one, as somebody would write it; a test sends them all. */
export const bodyExamples: BodyExamples = {
  ...peopleExamples,
  ...contactExamples,
  ...sequenceExamples,
  ...enrollmentExamples,
};
