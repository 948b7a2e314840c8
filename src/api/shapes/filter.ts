import { z } from 'zod';
import { readFilter } from '../../domain/segment/read-filter.js';

const example = {
  and: [
    { field: 'company.properties.size', operator: 'gte', value: 50 },
    { field: 'enrollment.isEnrolled', operator: 'eq', value: false },
    { not: { everEnrolled: { reasons: ['replied'] } } },
  ],
};

/** Which contacts are meant (SEQ-25); `requireFilter` checks it against the declared properties. */
export const filterShape = z
  .looseObject({})
  .transform((json, context) => {
    const reading = readFilter(json);
    if (reading.ok) return reading.filter;
    for (const { path, code, message } of reading.problems) {
      context.addIssue({ code: 'custom', path: [...path], params: { code }, message });
    }
    return z.NEVER;
  })
  .meta({
    id: 'Filter',
    description:
      'A group `{"and": […]}`, `{"or": […]}` or `{"not": {…}}`, a condition `{"field", "operator", "value"}`, or `{"everEnrolled": {…}}` ' +
      'with any of `sequenceId`, `states`, `reasons`, `enrolledFrom`, `enrolledUntil`, `endedFrom` and `endedUntil`. Fields are those of a contact ' +
      '(`contact.email`), of its company (`company.domain`), its enrollment properties (`enrollment.isEnrolled`) and free properties ' +
      '(`contact.properties.plan`). Operators by type: `eq`, `neq`, `in`, `known`, `unknown`; of texts `contains`, `startsWith`; of numbers `gt`, `gte`, ' +
      '`lt`, `lte`; of times and dates `before`, `after`, `inLastDays`. Texts are compared without regard to capital letters; of what has no value ' +
      'only `unknown`, `neq` and `not` are true. Groups stand at most 5 deep, with at most 50 conditions.',
    examples: [example],
  });

/**
 * The filter as it is shown: as it was given, except that addresses, ids and instants have the form in which they are
 * compared.
 */
export const filterReply = z.looseObject({}).meta({ description: 'A Filter.' });
