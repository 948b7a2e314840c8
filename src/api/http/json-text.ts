import { createHash } from 'node:crypto';
import type { FieldError } from '../../usecases/refusal.js';
import { jsonPointer } from '../../usecases/refusal.js';

type Place = NonNullable<FieldError['in']>;

const maxDepth = 32;
/** The most values of a body, lists and objects among them; each of an import's 10,000 contacts may have ten. */
const maxValues = 100_000;
/** The most fields of an object; far more than any schema has. */
const maxKeys = 10_000;
/** No more is told than anybody reads. */
const maxFields = 100;

/** What no endpoint accepts anywhere in a parsed JSON value: text that cannot be stored, unlimited nesting, endless lists. */
export function unstorableFields(place: Place, value: unknown): readonly FieldError[] {
  const found: FieldError[] = [];
  const path: string[] = [];
  let values = 0;
  const note = (code: string, message: string): void => {
    found.push({ in: place, pointer: jsonPointer(path), code, message });
  };
  const look = (inner: unknown): void => {
    values += 1;
    if (values > maxValues || found.length >= maxFields) return;
    if (path.length > maxDepth) note('too_deep', 'Nested too deeply.');
    else if (typeof inner === 'string') noteText(inner);
    else if (Array.isArray(inner)) {
      const parts: readonly unknown[] = inner;
      // A list of more parts than there may be values is not walked to its end.
      for (let index = 0; index < parts.length && values <= maxValues; index += 1) {
        lookInto(String(index), parts[index]);
      }
    } else if (typeof inner === 'object' && inner !== null) lookThrough(inner);
  };
  const lookThrough = (inner: object): void => {
    if (Object.keys(inner).length > maxKeys) {
      note('too_many', `An object has at most ${maxKeys} fields.`);
      return;
    }
    for (const [key, part] of Object.entries(inner)) {
      noteText(key);
      lookInto(key, part);
    }
  };
  const noteText = (text: string): void => {
    if (!isStorable(text)) {
      note('not_text', 'Contains a NUL character or half a surrogate pair, which is no text.');
    } else if (manyMarks.test(text)) {
      note('not_text', `Has more than ${maxMarks} combining marks in a row, which is no text.`);
    }
  };
  const lookInto = (key: string, part: unknown): void => {
    path.push(key);
    look(part);
    path.pop();
  };
  look(value);
  if (values <= maxValues) return found;
  const message = `There are at most ${maxValues} values in it, lists and objects among them.`;
  return [{ in: place, pointer: '', code: 'too_many', message }];
}

/**
 * How many combining marks one letter may have, as in the stream-safe format of Unicode (UAX 15). To bring more of them into
 * their order takes time that grows with the square of their number, wherever the text is compared.
 */
const maxMarks = 30;
const manyMarks = new RegExp(`\\p{M}{${maxMarks + 1}}`, 'u');

/** Postgres stores neither a NUL nor half a surrogate pair. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
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
