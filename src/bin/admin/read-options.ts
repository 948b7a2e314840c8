import { parseArgs, type ParseArgsConfig } from 'node:util';
import { z } from 'zod';
import { salesNavigator } from '../../domain/sequence/step-rules.js';
import { marketingCampaigns } from '../../domain/sequence/validate.js';

/** Thrown for a command line that asks for nothing that can be done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const text = { type: 'string' } as const;
export const many = { type: 'string', multiple: true } as const;
export const line = z.string().trim().min(1).max(200);

const capabilities = [salesNavigator, marketingCampaigns] as const;
export const capabilitiesGiven = z
  .array(z.enum(capabilities, { error: `must be one of ${capabilities.join(', ')}` }))
  .default([]);

type Options = NonNullable<ParseArgsConfig['options']>;

/** What a command line says, as the schema has it. Throws a UsageError with all that is wrong with it. */
export function readOptions<T extends z.ZodType>(
  args: string[],
  options: Options,
  schema: T,
): z.output<T> {
  const parsed = schema.safeParse(valuesOf(args, options));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, code, message }) => {
    const told = code === 'invalid_type' ? 'is missing' : message;
    return `--${String(path[0])} ${told}`;
  });
  throw new UsageError(problems.join('\n'));
}

function valuesOf(args: string[], options: Options): unknown {
  try {
    return parseArgs({ args, options, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
