import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

/** The repository, without a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const words = z.array(z.string());
const texts = z.record(z.string(), z.string());
const duration = z.string().regex(/^\d+(ms|s|m)$/);
const conditions = [
  'service_started',
  'service_healthy',
  'service_completed_successfully',
] as const;

const healthcheck = z.union([
  z.strictObject({ disable: z.literal(true) }),
  z.strictObject({
    test: words,
    interval: duration,
    timeout: duration,
    retries: z.int(),
    start_period: duration,
  }),
]);

/** The part of the Compose specification that docker-compose.yml uses. An unknown key is a misspelt one. */
const service = z.strictObject({
  image: z.string(),
  build: z.string().optional(),
  init: z.boolean().optional(),
  entrypoint: words.optional(),
  command: words.optional(),
  environment: texts.default({}),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.enum(conditions) })).default({}),
  volumes: words.default([]),
  ports: words.default([]),
  healthcheck: healthcheck.optional(),
  deploy: z.strictObject({ replicas: z.int() }).optional(),
  user: z.string().optional(),
  tmpfs: words.default([]),
  networks: words.default([]),
  cap_drop: words.default([]),
  cap_add: words.default([]),
  security_opt: words.default([]),
  read_only: z.boolean().default(false),
  mem_limit: z
    .string()
    .regex(/^\d+[mg]$/)
    .optional(),
  stop_grace_period: duration.optional(),
  restart: z.literal('unless-stopped').optional(),
  logging: z.strictObject({ driver: z.string() }).optional(),
});

const file = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().default(false) })),
  volumes: z.record(z.string(), z.null()),
});

export type Compose = z.output<typeof file>;
export type Service = z.output<typeof service>;

/** Reads docker-compose.yml. Throws on what is not in the form above. */
export async function readCompose(): Promise<Compose> {
  const text = await readFile(`${root}/docker-compose.yml`, 'utf8');
  const whole = z.record(z.string(), z.unknown()).parse(parse(text, { merge: true }));
  const isExtension = (name: string): boolean => name.startsWith('x-');
  return file.parse(
    Object.fromEntries(Object.entries(whole).filter(([name]) => !isExtension(name))),
  );
}

export function serviceOf(compose: Compose, name: string): Service {
  const found = compose.services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

/**
 * The service's environment as Compose works it out from that of the shell: `${NAME}`, `${NAME:-default}` and
 * `${NAME:?what to do}`, which throws.
 */
export function environmentOf(
  { environment }: Service,
  shell: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(environment);
  return Object.fromEntries(entries.map(([name, text]) => [name, interpolate(text, shell)]));
}

function interpolate(text: string, shell: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$(?:\$|\{(\w+)(?::([-?])([^}]*))?\})/g,
    (_all, name?: string, operator?: string, told?: string): string => {
      const rest = told ?? '';
      if (name === undefined) return '$';
      const value = shell[name] ?? '';
      if (value !== '') return value;
      if (operator === '-') return rest;
      throw new Error(`${name} is not set${rest === '' ? '' : `: ${rest}`}`);
    },
  );
}

/** The services that share a network with this one: all that it can reach inside, and all that can reach it. */
export function neighboursOf(compose: Compose, name: string): readonly string[] {
  const own = serviceOf(compose, name).networks;
  return Object.entries(compose.services)
    .filter(([other, { networks }]) => other !== name && networks.some((net) => own.includes(net)))
    .map(([other]) => other);
}

/** What somebody who calls `docker compose` has to bring along. */
export function newSecrets(): Readonly<Record<string, string>> {
  const base64 = (): string => randomBytes(32).toString('base64');
  const hex = (): string => randomBytes(24).toString('hex');
  return {
    POSTGRES_PASSWORD: hex(),
    POSTGRES_CADENZA_PASSWORD: hex(),
    POSTGRES_TEMPORAL_PASSWORD: hex(),
    CADENZA_MESSAGE_ID_SECRET: base64(),
    CADENZA_ENCRYPTION_KEY: base64(),
  };
}

/** The path on this machine of one in a container, by the directories that are mounted there. */
export function hostPath({ volumes }: Service, path: string): string {
  for (const volume of volumes) {
    const [from = '', to = ''] = volume.split(':');
    if (from.startsWith('./') && path.startsWith(`${to}/`)) {
      return `${root}/${from.slice(2)}${path.slice(to.length)}`;
    }
  }
  throw new Error(`docker-compose.yml mounts nothing at ${path}`);
}
