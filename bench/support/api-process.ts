import { z } from 'zod';
import { startApi, type RunningApi } from '../../src/assembly/start-api.js';
import { createLogger } from '../../src/observability/logger.js';
import { localMail } from '../../test/support/local-mail.js';
import { answerParent } from './child.js';

/** The API in a process of its own, as in production; its log is written and thrown away. */
const apiQuestion = z.object({
  databaseUrl: z.string(),
  temporal: z.object({ address: z.string(), namespace: z.string() }),
  taskQueue: z.string(),
  encryptionKey: z.base64(),
});

let api: RunningApi | undefined;

answerParent(
  async (question) => {
    const { databaseUrl, temporal, taskQueue, encryptionKey } = apiQuestion.parse(question);
    api = await startApi({
      database: { url: databaseUrl, maxConnections: 10 },
      temporal,
      taskQueue,
      uiUrl: 'http://temporal.example',
      searchAttributesEachStep: true,
      http: { host: '127.0.0.1', port: 0 },
      encryptionKeys: [Buffer.from(encryptionKey, 'base64')],
      outgoing: localMail,
      now: () => new Date().toISOString(),
      logger: createLogger({ level: 'info', destination: { write: () => undefined } }),
    });
    return { url: api.url };
  },
  async () => {
    await api?.close();
  },
);
