import { z } from 'zod';
import { findNamedIds, idMeant, type NamedKind } from '../../db/queries/named-ids.js';
import type { Act } from '../../usecases/act.js';

const kinds = z.registry<{ readonly kind: NamedKind }>();

const wording: Readonly<Record<NamedKind, string>> = {
  contact: 'A contact, by id, externalId or email.',
  user: 'A user, by id, externalId or email.',
  company: 'A company, by id or externalId.',
};

/**
 * A text that names one of a kind. What handlers get in its place is an id: that of the one that is meant; one that nothing has
 * where nothing is meant.
 */
export function namedShape(kind: NamedKind, about = ''): z.ZodString {
  const description = [about, wording[kind]].filter(Boolean).join(' ');
  const shape = z.string().min(1).max(320).meta({ description });
  kinds.add(shape, { kind });
  return shape;
}

/** What a field names by a text; undefined for a field that does no such thing. */
export function namedKind(schema: z.core.$ZodType): NamedKind | undefined {
  return kinds.get(unwrapped(schema))?.kind;
}

/** A place within a parsed input that names something. */
interface Place {
  readonly kind: NamedKind;
  readonly name: string;
  readonly put: (id: string) => void;
}

/** The input with ids in the place of names. `shapes` say where there are some, part by part. */
export async function withIds<T extends object>(
  { tx, accountId }: Pick<Act, 'tx' | 'accountId'>,
  shapes: Readonly<Record<keyof T, z.core.$ZodType>>,
  input: T,
): Promise<T> {
  const namesIn = (parts: T): readonly Place[] =>
    Object.entries<z.core.$ZodType>(shapes).flatMap(([part, shape]) => [
      ...places(shape, { holder: parts, key: part }),
    ]);
  if (namesIn(input).length === 0) return input;
  const own = structuredClone(input);
  const named = namesIn(own);
  for (const kind of new Set(named.map((place) => place.kind))) {
    const those = named.filter((place) => place.kind === kind);
    const names = [...new Set(those.map(({ name }) => name))];
    const ids = await findNamedIds(tx, accountId, kind, names);
    for (const { name, put } of those) put(idMeant(ids, name));
  }
  return own;
}

interface Slot {
  readonly holder: object;
  readonly key: PropertyKey;
}

function* places(schema: z.core.$ZodType, { holder, key }: Slot): Generator<Place> {
  const value: unknown = Reflect.get(holder, key);
  const kind = namedKind(schema);
  if (kind !== undefined) {
    if (typeof value !== 'string') return;
    yield { kind, name: value, put: (id) => Reflect.set(holder, key, id) };
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const inner = unwrapped(schema);
  if (inner instanceof z.core.$ZodArray) {
    for (const index of Object.keys(value)) {
      yield* places(inner._zod.def.element, { holder: value, key: index });
    }
  }
  if (inner instanceof z.core.$ZodObject) {
    const fields: Readonly<Record<string, z.core.$ZodType>> = inner._zod.def.shape;
    for (const [name, field] of Object.entries(fields)) {
      yield* places(field, { holder: value, key: name });
    }
  }
}

/** The schema that others only wrap. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.core.$ZodPipe) return unwrapped(schema._zod.def.in);
  const inner: unknown = Reflect.get(schema._zod.def, 'innerType');
  return inner instanceof z.core.$ZodType ? unwrapped(inner) : schema;
}
