import { existsSync } from 'node:fs';
import type { z } from 'zod';
import type { Secret } from '../../config/secret.js';
import { listOf } from '../../config/config.js';
import { settings } from '../../config/settings.js';

/** The environment, together with the variables of a `.env` file in the working directory. */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** The database's address alone, for programs that need nothing else; undefined when there is none. */
export function databaseUrlOf(env: NodeJS.ProcessEnv): string | undefined {
  return secretOf(env, 'DATABASE_URL', settings.shape.DATABASE_URL);
}

/** The encryption keys alone, the newest first; undefined when there are none. */
export function encryptionKeysOf(env: NodeJS.ProcessEnv): readonly Buffer[] | undefined {
  return secretOf(env, 'CADENZA_ENCRYPTION_KEY', settings.shape.CADENZA_ENCRYPTION_KEY);
}

/** Where mail may go, as the API takes it from the same environment. */
export function outgoingOf(env: NodeJS.ProcessEnv): {
  readonly allowedHosts: readonly string[];
  readonly ports: readonly number[];
} {
  const { CADENZA_MAIL_ALLOWED_HOSTS: hosts, CADENZA_MAIL_PORTS: ports } = settings.shape;
  return {
    allowedHosts: listOf(settingOf(env, 'CADENZA_MAIL_ALLOWED_HOSTS', hosts)),
    ports: settingOf(env, 'CADENZA_MAIL_PORTS', ports),
  };
}

function settingOf<T>(env: NodeJS.ProcessEnv, name: string, setting: z.ZodType<T>): T {
  const parsed = setting.safeParse(env[name] || undefined);
  if (!parsed.success) throw new Error(`${name} ${parsed.error.issues[0]?.message ?? ''}`);
  return parsed.data;
}

function secretOf<T>(
  env: NodeJS.ProcessEnv,
  name: string,
  setting: z.ZodType<Secret<T>>,
): T | undefined {
  return env[name] ? settingOf(env, name, setting).reveal() : undefined;
}
