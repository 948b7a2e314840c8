import { parseArgs } from 'node:util';
import { z } from 'zod';
import { timeZoneShape } from '../../api/shapes/common.js';
import { playTime } from '../../api/shapes/simulation.js';
import type { EnrollmentStart } from '../../domain/enrollment/choices.js';
import type { Instant, LocalDate, TimeZone } from '../../domain/time/types.js';

/** Thrown for a command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Options {
  readonly sequence: string;
  readonly contact: string | undefined;
  readonly script: string | undefined;
  readonly from: Instant | undefined;
  readonly start: EnrollmentStart;
  readonly timeZone: TimeZone | undefined;
  readonly completeTasksAfterDays: number | null;
  readonly holidays: readonly LocalDate[];
  readonly json: boolean;
}

const text = { type: 'string' } as const;
const known = {
  contact: text,
  script: text,
  from: text,
  start: text,
  'first-at': text,
  zone: text,
  'tasks-after': text,
  holiday: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const;

const values = z.object({
  contact: z.string().optional(),
  script: z.string().optional(),
  from: playTime.optional(),
  start: z.string().optional(),
  'first-at': playTime.optional(),
  zone: timeZoneShape.optional(),
  'tasks-after': z
    .union([z.literal('never').transform(() => null), z.coerce.number()], {
      error: 'This is no number of days; it may also be "never".',
    })
    .default(0),
  holiday: z.array(z.iso.date({ error: 'This is no date: write it like 2026-11-26.' })).default([]),
  json: z.boolean(),
});

/** Reads the command line. Throws a UsageError that says what is wrong with it. */
export function readOptions(args: readonly string[]): Options {
  const { positionals, given } = split(args);
  const [sequence, ...others] = positionals;
  if (sequence === undefined) throw new UsageError('Name the file of a sequence.');
  if (others.length > 0)
    throw new UsageError(`One sequence is played; "${others.join(' ')}" is more.`);
  const parsed = values.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(`--${String(issue?.path[0])}: ${issue?.message ?? ''}`);
  }
  const { zone: timeZone, holiday: holidays, 'tasks-after': after, ...rest } = parsed.data;
  const { contact, script, from, json, start: startStepId, 'first-at': firstStepAt } = rest;
  return {
    ...{ sequence, contact, script, from, timeZone, holidays, json },
    start: {
      ...(startStepId !== undefined && { startStepId }),
      ...(firstStepAt !== undefined && { firstStepAt }),
    },
    completeTasksAfterDays: after,
  };
}

function split(args: readonly string[]): {
  readonly positionals: readonly string[];
  readonly given: unknown;
} {
  try {
    const read = parseArgs({ args: [...args], options: known, allowPositionals: true });
    return { positionals: read.positionals, given: read.values };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
