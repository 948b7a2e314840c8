import type { z } from 'zod';
import { jsonPointer, type FieldError } from '../../usecases/refusal.js';

type Place = NonNullable<FieldError['in']>;

/** How input must be parsed for `fieldErrors`, which needs to know what each issue is about. */
export const withInput = { reportInput: true } as const;

/** No more is told than anybody reads. */
const maxFields = 100;

/**
 * The issues of a failed parse as fields with JSON pointers, up to the first hundred; an unknown field is named itself, not
 * its parent.
 */
export function fieldErrors(place: Place, error: z.ZodError): readonly FieldError[] {
  const first = error.issues.slice(0, maxFields);
  return first.flatMap((issue) => fieldsOf(place, issue)).slice(0, maxFields);
}

function fieldsOf(place: Place, issue: z.core.$ZodIssue): readonly FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, maxFields).map((key) => ({
      in: place,
      pointer: jsonPointer([...issue.path, key]),
      code: 'unknown_field',
      message: 'This field is not known here.',
    }));
  }
  const error = { in: place, pointer: jsonPointer(issue.path), message: issue.message };
  const ofType = issue.code === 'invalid_type' || issue.code === 'invalid_value';
  if (ofType && issue.input === undefined) {
    return [{ ...error, code: 'required', message: 'This field is required.' }];
  }
  return [{ ...error, code: codeOf(issue) }];
}

/** The schema's own `code` if it gives one (`params: { code }`), else the kind of the issue. */
function codeOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'custom') return issue.code;
  const code: unknown = issue.params?.['code'];
  return typeof code === 'string' ? code : 'invalid';
}
