/** Bookkeeping, and what only follows from another field. */
const untold = new Set([
  ...['id', 'accountId', 'createdAt', 'updatedAt', 'version', 'teamIds'],
  ...['emailNormalized', 'addressNormalized', 'foldedName', 'namesake'],
]);

/** Whether a change makes anything else of a state: what it leaves out or undefined stays, and when it is made is no change. */
export function isChange(before: object, change: object): boolean {
  return Object.entries(change).some(
    ([field, value]: [string, unknown]) =>
      field !== 'updatedAt' &&
      value !== undefined &&
      textOf(value) !== textOf(Reflect.get(before, field)),
  );
}

/**
 * The names of the fields that two states of one thing differ in, in order of the alphabet, and never their values. Of
 * `properties` each is named: `properties.plan`. `names` says what a field is called outside; several may be one there.
 */
export function changedFields(
  before: object,
  after: object,
  names: Readonly<Record<string, string>> = {},
): readonly string[] {
  const [from, to] = [fieldsOf(before), fieldsOf(after)];
  const changed = [...new Set([...from.keys(), ...to.keys()])].filter(
    (field) => !untold.has(field) && textOf(from.get(field)) !== textOf(to.get(field)),
  );
  return [...new Set(changed.map((field) => names[field] ?? field))].sort();
}

function fieldsOf(state: object): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries(state).flatMap(([name, value]: [string, unknown]): [string, unknown][] =>
      name === 'properties' && isObject(value)
        ? Object.entries(value).map(([property, each]) => [`properties.${property}`, each])
        : [[name, value]],
    ),
  );
}

/** The same for values that are the same, whatever the order of their members. */
function textOf(value: unknown): string {
  const text = JSON.stringify(value ?? null, (_name, each: unknown) =>
    isObject(each) && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
  return text;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
