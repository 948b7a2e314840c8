import { pino } from 'pino';
import { z } from 'zod';
import { startApi } from '../../src/assembly/start-api.js';
import { startWorker } from '../../src/assembly/start-worker.js';
import { installRuntime } from '../../src/temporal/runtime.js';
import { localMail } from '../../test/support/local-mail.js';
import { answerParent } from './child.js';

/** The API, or a worker with all that it does, in a process of its own, whose memory is therefore its own. */
const serviceQuestion = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['api', 'worker']),
    databaseUrl: z.string(),
    temporal: z.object({ address: z.string(), namespace: z.string() }),
    taskQueue: z.string(),
    encryptionKey: z.base64(),
    /** The file that holds the workflow code. */
    codePath: z.string(),
  }),
  z.object({ kind: z.literal('memory') }),
]);
type Start = Exclude<z.output<typeof serviceQuestion>, { kind: 'memory' }>;

const logger = pino({ level: 'fatal' });
let close: () => Promise<void> = () => Promise.resolve();

async function start(question: Start): Promise<object> {
  const shared = {
    database: { url: question.databaseUrl, maxConnections: 10 },
    temporal: question.temporal,
    taskQueue: question.taskQueue,
    uiUrl: 'http://temporal.example',
    searchAttributesEachStep: true,
    encryptionKeys: [Buffer.from(question.encryptionKey, 'base64')],
    outgoing: localMail,
    logger,
  };
  if (question.kind === 'api') {
    const now = () => new Date().toISOString();
    const api = await startApi({ ...shared, http: { host: '127.0.0.1', port: 0 }, now });
    close = () => api.close();
    return { url: api.url };
  }
  installRuntime(logger);
  const worker = await startWorker({
    ...shared,
    bundle: { codePath: question.codePath },
    messageIdKeys: ['a secret of the benchmark'],
    sendLeaseMs: 60_000,
    smtpReadyMs: 30_000,
    smtpAcceptMs: 600_000,
    maxCachedWorkflows: 500,
    maxConcurrentActivities: 50,
    maxConcurrentSends: 100,
    maxConcurrentBulk: 5,
    shutdownGraceMs: 5_000,
    sweepEverySeconds: 10,
  });
  close = () => worker.stop();
  return { url: '' };
}

answerParent(
  (question) => {
    const asked = serviceQuestion.parse(question);
    if (asked.kind !== 'memory') return start(asked);
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    return Promise.resolve({ peakBytes, residentBytes: process.memoryUsage.rss() });
  },
  () => close(),
);
