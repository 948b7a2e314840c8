import { enrollmentReasons, enrollmentStates } from '../enrollment/state.js';
import { readComparison } from './read-comparison.js';
import { readId, readInstant } from './read-value.js';
import { operatorsOf, typeOfField, type EverEnrolled, type Filter } from './filter.js';

/** One mistake in a filter: where, what is wrong and how to mend it. */
export interface FilterProblem {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
}

export type FilterReading =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly problems: readonly FilterProblem[] };

/** How deep groups may stand in each other, and how many conditions there may be in all. */
const maxDepth = 5;
const maxConditions = 50;
const maxProblems = 20;

type Path = FilterProblem['path'];
type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a filter from JSON (SEQ-25), with addresses, ids and instants in the form that they are compared in; or says all that
 * is wrong with it, at most 20 mistakes. Groups stand at most 5 deep and hold at most 50 conditions in all. What the account
 * declares of its properties is for `problemsOfProperties`.
 */
export function readFilter(json: unknown): FilterReading {
  const reader = new Reader();
  const filter = reader.read(json, [], 1);
  if (reader.conditions > maxConditions) {
    const message = `A filter has at most ${maxConditions} conditions; this one has ${reader.conditions}.`;
    reader.note([], 'too_many', message);
  }
  return filter === null || reader.problems.length > 0
    ? { ok: false, problems: reader.problems.slice(0, maxProblems) }
    : { ok: true, filter };
}

class Reader {
  readonly problems: FilterProblem[] = [];
  conditions = 0;

  note(path: Path, code: string, message: string): null {
    this.problems.push({ path, code, message });
    return null;
  }

  read(json: unknown, path: Path, depth: number): Filter | null {
    if (!isObject(json)) {
      const message =
        'Here stands an object: a group {"and": […]}, {"or": […]} or {"not": {…}}, a condition {"field", "operator", "value"}, ' +
        'or {"everEnrolled": {…}}.';
      return this.note(path, 'invalid_type', message);
    }
    const kind = ['and', 'or', 'not', 'everEnrolled'].find((key) => Object.hasOwn(json, key));
    if (kind === undefined) return this.#condition(json, path);
    if (!this.#knowsOnly(json, [kind], path)) return null;
    const inner = [...path, kind];
    if (kind === 'everEnrolled') return this.#everEnrolled(json[kind], inner);
    if (depth > maxDepth) {
      return this.note(path, 'too_deep', `Groups stand at most ${maxDepth} deep in each other.`);
    }
    if (kind === 'not') {
      const filter = this.read(json[kind], inner, depth + 1);
      return filter && { not: filter };
    }
    const filters = this.#group(json[kind], inner, depth);
    return filters && (kind === 'and' ? { and: filters } : { or: filters });
  }

  #group(json: unknown, path: Path, depth: number): readonly Filter[] | null {
    if (!Array.isArray(json) || json.length === 0) {
      return this.note(path, 'invalid_type', 'A group is a list of one filter or more.');
    }
    if (json.length > maxConditions) {
      return this.note(path, 'too_many', `A group has at most ${maxConditions} parts.`);
    }
    const parts: readonly unknown[] = json;
    const filters = parts.map((part, index) => this.read(part, [...path, index], depth + 1));
    return filters.every((filter) => filter !== null) ? filters : null;
  }

  #condition(json: Json, path: Path): Filter | null {
    this.conditions += 1;
    if (!this.#knowsOnly(json, ['field', 'operator', 'value'], path)) return null;
    const { field, operator } = json;
    const type = typeof field === 'string' ? typeOfField(field) : undefined;
    if (typeof field !== 'string' || type === undefined) {
      const code = field === undefined ? 'required' : 'unknown_field';
      return this.note([...path, 'field'], code, fieldHint);
    }
    const allowed = operatorsOf[type];
    const chosen = allowed.find((each) => each === operator);
    if (chosen === undefined) {
      const code = operator === undefined ? 'required' : 'unknown_operator';
      const message = `${field} is compared by one of: ${allowed.join(', ')}.`;
      return this.note([...path, 'operator'], code, message);
    }
    const read = readComparison(type, chosen, json['value']);
    if (!read.ok) {
      return this.note([...path, 'value', ...(read.path ?? [])], read.code, read.message);
    }
    return { field, ...read.comparison };
  }

  #everEnrolled(json: unknown, path: Path): Filter | null {
    this.conditions += 1;
    if (!isObject(json)) {
      return this.note(path, 'invalid_type', 'Here stands an object; {} is any enrollment at all.');
    }
    if (!this.#knowsOnly(json, everEnrolledKeys, path)) return null;
    const before = this.problems.length;
    const instant = (key: (typeof instantKeys)[number]) => {
      if (json[key] === undefined) return {};
      const at = readInstant(json[key]);
      return at === undefined
        ? this.note([...path, key], 'not_an_instant', instantHint)
        : { [key]: at };
    };
    const asked: EverEnrolled = {
      ...this.#sequenceId(json['sequenceId'], [...path, 'sequenceId']),
      ...this.#among('states', enrollmentStates, json['states'], path),
      ...this.#among('reasons', enrollmentReasons, json['reasons'], path),
      ...instant('enrolledFrom'),
      ...instant('enrolledUntil'),
      ...instant('endedFrom'),
      ...instant('endedUntil'),
    };
    return this.problems.length > before ? null : { everEnrolled: asked };
  }

  #sequenceId(json: unknown, path: Path): { readonly sequenceId?: string } | null {
    if (json === undefined) return null;
    const sequenceId = readId(json);
    if (sequenceId === undefined)
      return this.note(path, 'not_an_id', 'Give the id of a sequence, a UUID.');
    return { sequenceId };
  }

  #among<K extends string, T extends string>(
    key: K,
    known: readonly T[],
    json: unknown,
    path: Path,
  ): { readonly [P in K]?: readonly T[] } | null {
    if (json === undefined) return null;
    const values: readonly unknown[] = Array.isArray(json) ? json : [];
    const found = known.filter((one) => values.includes(one));
    if (found.length === 0 || found.length !== new Set(values).size) {
      const message = `Give a list of one or more of: ${known.join(', ')}.`;
      return this.note([...path, key], 'invalid_value', message);
    }
    return record(key, found);
  }

  #knowsOnly(json: Json, known: readonly string[], path: Path): boolean {
    const unknown = Object.keys(json).filter((key) => !known.includes(key));
    for (const key of unknown.slice(0, maxProblems)) {
      const message = `This field is not known here, where there is ${known.join(', ')}.`;
      this.note([...path, key], 'unknown_field', message);
    }
    return unknown.length === 0;
  }
}

const instantKeys = ['enrolledFrom', 'enrolledUntil', 'endedFrom', 'endedUntil'] as const;
const everEnrolledKeys: readonly string[] = ['sequenceId', 'states', 'reasons', ...instantKeys];
const instantHint = 'This is no instant: write it like 2026-11-26T22:00:00Z.';
const fieldHint =
  'Name a field: contact., company. or enrollment. and one of their fields, such as contact.email, company.name or ' +
  'enrollment.isEnrolled; free properties as contact.properties.NAME and company.properties.NAME.';

function record<K extends string, V>(key: K, value: V): { readonly [P in K]?: V };
function record(key: string, value: unknown): Readonly<Record<string, unknown>> {
  return { [key]: value };
}

function isObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** All conditions of a filter, each with where it stands. */
export function* conditionsOf(
  filter: Filter,
  path: Path = [],
): Generator<{
  readonly condition: Extract<Filter, { readonly field: string }>;
  readonly path: Path;
}> {
  if ('field' in filter) yield { condition: filter, path };
  if ('not' in filter) yield* conditionsOf(filter.not, [...path, 'not']);
  const parts = 'and' in filter ? filter.and : 'or' in filter ? filter.or : [];
  const key = 'and' in filter ? 'and' : 'or';
  for (const [index, part] of parts.entries()) yield* conditionsOf(part, [...path, key, index]);
}
