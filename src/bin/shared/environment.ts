import { existsSync } from 'node:fs';
import { settings } from '../../config/settings.js';

/** The environment, with what a file `.env` in the working directory adds to it. */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** The database's address alone, for programs that need nothing else; undefined when none is given. */
export function databaseUrlOf(env: NodeJS.ProcessEnv): string | undefined {
  const text = env['DATABASE_URL'];
  if (text === undefined || text === '') return undefined;
  const parsed = settings.shape.DATABASE_URL.safeParse(text);
  if (!parsed.success) throw new Error(`DATABASE_URL ${parsed.error.issues[0]?.message ?? ''}`);
  return parsed.data.reveal();
}
