import { z } from 'zod';

export type Json = Readonly<Record<string, unknown>>;

export const schemaRoot = '#/components/schemas/';

/** Turns schemas into JSON Schema and collects those that have a name (`meta({ id })`) as components. */
export class SchemaBook {
  readonly components: Record<string, unknown> = {};

  add(schema: z.core.$ZodType, io: 'input' | 'output'): unknown {
    const { $defs, ...inline } = toPlain(schema, io);
    if (isJson($defs)) Object.assign(this.components, $defs);
    return inline;
  }

  /** Adds properties to an object's schema, where it stands. */
  extend(schema: unknown, properties: Json): void {
    const name = isJson(schema) ? schema['$ref'] : undefined;
    const named =
      typeof name === 'string' ? this.components[name.replace(schemaRoot, '')] : undefined;
    const target = named ?? schema;
    const own: unknown = isJson(target) ? target['properties'] : undefined;
    if (isJson(own)) Object.assign(own, properties);
  }
}

function toPlain(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  // A named schema is replaced by a reference only where it is a part of another schema.
  const wrapped = z.toJSONSchema(z.tuple([schema]), { io, unrepresentable: 'any' });
  const plain: unknown = JSON.parse(
    JSON.stringify(wrapped).replaceAll('"#/$defs/', `"${schemaRoot}`),
  );
  const items: unknown = isJson(plain) ? plain['prefixItems'] : undefined;
  const first: unknown = Array.isArray(items) ? items[0] : undefined;
  if (!isJson(plain) || !isJson(first)) throw new Error('the schema cannot be described');
  return { ...first, $defs: plain['$defs'] };
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
