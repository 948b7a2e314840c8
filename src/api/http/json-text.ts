import { createHash } from 'node:crypto';
import type { FieldError } from '../../usecases/refusal.js';
import { jsonPointer } from '../../usecases/refusal.js';

const maxDepth = 32;
// Postgres stores neither a NUL nor half a surrogate pair.
const isUnstorable = (text: string) => text.includes('\0') || /\p{Surrogate}/u.test(text);

/** What no endpoint accepts anywhere in a parsed JSON value: text that cannot be stored, and unlimited nesting. */
export function unstorableFields(
  place: NonNullable<FieldError['in']>,
  value: unknown,
  path: readonly string[] = [],
): readonly FieldError[] {
  if (path.length > maxDepth) return [fieldError(place, path, 'too_deep', 'Nested too deeply.')];
  if (typeof value === 'string') {
    return isUnstorable(value) ? [fieldError(place, path, ...notText)] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(isUnstorable(key) ? [fieldError(place, path, ...notText)] : []),
    ...unstorableFields(place, inner, [...path, key]),
  ]);
}

const notText = [
  'not_text',
  'Contains a NUL character or half a surrogate pair, which is no text.',
] as const;

function fieldError(
  place: NonNullable<FieldError['in']>,
  path: readonly string[],
  code: string,
  message: string,
): FieldError {
  return { in: place, pointer: jsonPointer(path), code, message };
}

/** A digest that is equal for equal JSON values, whatever the order of their fields. */
export function jsonDigest(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`);
  return `{${fields.join(',')}}`;
}
