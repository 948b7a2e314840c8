import type { z } from 'zod';
import type { FieldError } from './problem.js';

type Place = FieldError['in'];

/** All issues of a failed parse as fields with JSON pointers; an unknown field is named itself, not its parent. */
export function fieldErrors(place: Place, error: z.ZodError): readonly FieldError[] {
  return error.issues.flatMap((issue) => fieldsOf(place, issue));
}

function fieldsOf(place: Place, issue: z.core.$ZodIssue): readonly FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      in: place,
      pointer: jsonPointer([...issue.path, key]),
      code: 'unknown_field',
      message: 'This field is not known here.',
    }));
  }
  const error = { in: place, pointer: jsonPointer(issue.path), message: issue.message };
  return [{ ...error, code: codeOf(issue) }];
}

/** A schema's own `code` where it gives one (`params: { code }`), else the kind of the issue. */
function codeOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') {
    const code: unknown = issue.params?.['code'];
    return typeof code === 'string' ? code : 'invalid';
  }
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  return missing ? 'required' : issue.code;
}

/** RFC 6901. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
