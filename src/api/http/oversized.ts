import { z } from 'zod';
import { jsonPointer, type FieldError } from '../../usecases/refusal.js';

/** The most parts of a list or a map whose schema names no limit. */
const maxParts = 1000;

type Schema = z.core.$ZodType;
type Path = readonly PropertyKey[];

/**
 * Lists and maps of a body that are longer than their schema takes. It is asked before the schema, which would look at each of
 * their parts first, and find something wrong with it.
 */
export function oversized(schema: Schema, value: unknown): readonly FieldError[] {
  return [...excesses(schema, value, [])];
}

function* excesses(schema: Schema, value: unknown, path: Path): Generator<FieldError> {
  if (typeof value !== 'object' || value === null) return;
  if (schema instanceof z.core.$ZodArray) yield* inList(schema, value, path);
  else if (schema instanceof z.core.$ZodRecord) yield* inMap(schema, value, path);
  else if (schema instanceof z.core.$ZodObject) {
    const fields: Readonly<Record<string, Schema>> = schema._zod.def.shape;
    for (const [name, field] of Object.entries(fields)) {
      if (Object.hasOwn(value, name))
        yield* excesses(field, Reflect.get(value, name), [...path, name]);
    }
  } else if (schema instanceof z.core.$ZodUnion) {
    for (const option of schema._zod.def.options) yield* excesses(option, value, path);
  } else {
    const inner = innerOf(schema);
    if (inner !== undefined) yield* excesses(inner, value, path);
  }
}

/** The schema that another one only wraps. */
function innerOf(schema: Schema): Schema | undefined {
  if (schema instanceof z.core.$ZodPipe) {
    const { in: first, out } = schema._zod.def;
    return first instanceof z.core.$ZodTransform ? out : first;
  }
  const inner: unknown = Reflect.get(schema._zod.def, 'innerType');
  return inner instanceof z.core.$ZodType ? inner : undefined;
}

function* inList(schema: z.core.$ZodArray, value: object, path: Path): Generator<FieldError> {
  if (!Array.isArray(value)) return;
  const parts: readonly unknown[] = value;
  const most = limitOf(schema);
  if (parts.length > most) {
    yield excess(path, `There are at most ${most} of them, not ${parts.length}.`);
    return;
  }
  const { element } = schema._zod.def;
  for (const [index, part] of parts.entries()) yield* excesses(element, part, [...path, index]);
}

function limitOf(schema: z.core.$ZodArray): number {
  for (const check of schema._zod.def.checks ?? []) {
    if (check instanceof z.core.$ZodCheckMaxLength) return check._zod.def.maximum;
  }
  return maxParts;
}

function* inMap(schema: z.core.$ZodRecord, value: object, path: Path): Generator<FieldError> {
  const parts = Object.entries(value);
  if (parts.length > maxParts) {
    yield excess(path, `It has at most ${maxParts} entries, not ${parts.length}.`);
    return;
  }
  const { valueType } = schema._zod.def;
  for (const [name, part] of parts) yield* excesses(valueType, part, [...path, name]);
}

function excess(path: Path, message: string): FieldError {
  return { in: 'body', pointer: jsonPointer(path), code: 'too_big', message };
}
