import { existsSync } from 'node:fs';
import { settings } from '../../config/settings.js';

/** The environment, together with the variables of a `.env` file in the working directory. */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** The database's address alone, for programs that need nothing else; undefined when there is none. */
export function databaseUrlOf(env: NodeJS.ProcessEnv): string | undefined {
  const text = env['DATABASE_URL'];
  if (text === undefined || text === '') return undefined;
  const parsed = settings.shape.DATABASE_URL.safeParse(text);
  if (!parsed.success) throw new Error(`DATABASE_URL ${parsed.error.issues[0]?.message ?? ''}`);
  return parsed.data.reveal();
}
