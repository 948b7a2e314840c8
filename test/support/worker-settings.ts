import { z } from 'zod';
import type { WorkerSettings } from './stack.js';

/** The variable that says what a worker process logs. */
export const logLevelName = 'WORKER_LOG_LEVEL';

/** What a worker process says once it works. */
export const readyLine = 'ready\n';

const shape = z.strictObject({
  database: z.object({ url: z.string(), maxConnections: z.number() }),
  temporal: z.object({ address: z.string(), namespace: z.string() }),
  taskQueue: z.string(),
  uiUrl: z.string(),
  searchAttributesEachStep: z.boolean(),
  encryptionKeys: z.array(z.base64().transform((text) => Buffer.from(text, 'base64'))),
  outgoing: z.object({ allowedHosts: z.array(z.string()) }),
  messageIdKeys: z.array(z.string()),
  sendLeaseMs: z.number(),
  smtpReadyMs: z.number(),
  smtpAcceptMs: z.number(),
  sendCaps: z
    .object({
      ...{ accountAtHost: z.number(), host: z.number() },
      ...{ mailbox: z.number(), account: z.number() },
    })
    .optional(),
  maxCachedWorkflows: z.number(),
  maxConcurrentActivities: z.number(),
  maxConcurrentSends: z.number(),
  maxConcurrentBulk: z.number(),
  shutdownGraceMs: z.number(),
  sweepEverySeconds: z.number(),
  codePath: z.string(),
});

/** A worker's settings as one word of a command line. */
export function writeSettings(settings: WorkerSettings & { readonly codePath: string }): string {
  const encryptionKeys = settings.encryptionKeys.map((key) => key.toString('base64'));
  return JSON.stringify({ ...settings, encryptionKeys });
}

/** Reads what `writeSettings` wrote; rejects anything else. */
export function parseSettings(text: string): WorkerSettings & { readonly codePath: string } {
  return shape.parse(JSON.parse(text));
}
