import { join, relative } from 'node:path';
import { destination, multistream, type Logger } from 'pino';
import { playAnswers } from '../assembly/play-answers.js';
import { startApi } from '../assembly/start-api.js';
import { startLocalParts, type LocalParts } from '../assembly/start-local-parts.js';
import { startWorker } from '../assembly/start-worker.js';
import { parseConfig, type Config } from '../config/config.js';
import { openDatabase } from '../db/client.js';
import type { CaughtMail } from '../local/mail-catcher.js';
import type { SelfAnswer } from '../local/self-answering.js';
import { createLogger } from '../observability/logger.js';
import { loadWorkflowBundle } from '../temporal/bundle.js';
import { installRuntime } from '../temporal/runtime.js';
import { Curtain } from './shared/curtain.js';
import { dataDirectory } from './shared/data-directory.js';
import { databaseUrlOf, readEnvironment } from './shared/environment.js';
import { keptSecrets } from './shared/kept-secrets.js';
import { paint } from './shared/paint.js';
import { runMain, tripped } from './shared/run-main.js';
import { claimData, noteRunning, releaseData } from './shared/running.js';
import { apiOptions, withCodec, workerOptions } from './shared/service-options.js';
import { choosePorts, type Ports } from './up/choose-ports.js';
import { terminalLog } from './up/terminal-log.js';
import { printTrial } from './up/print-trial.js';
import { openTrial } from './up/trial.js';

const answerWords: Readonly<Record<SelfAnswer, string>> = {
  reply: 'reply',
  out_of_office: 'out of office, back in three days',
  meeting: 'meeting booked',
  unsubscribe: 'unsubscribed',
};

/** `npm start`: everything on this machine, on real time, with data that stays. */
await runMain(async (stop) => {
  const curtain = new Curtain();
  try {
    return await up(stop, curtain);
  } finally {
    await curtain.fall();
  }
});

interface Up {
  readonly parts: LocalParts;
  readonly config: Config;
  readonly apiUrl: string;
  readonly workerDone: Promise<void>;
}

async function up(stop: AbortSignal, curtain: Curtain): Promise<number> {
  const begun = performance.now();
  const running = await start(readEnvironment(), curtain, stop);
  const { parts, apiUrl } = running;
  printPlaces(running, performance.now() - begun);
  const database = openDatabase({
    url: parts.databaseUrl,
    maxConnections: 1,
    onConnectionError: () => undefined,
  });
  try {
    printTrial(await openTrial(database.db, apiUrl, parts.mail), apiUrl);
  } finally {
    await database.close();
  }
  const ended = await Promise.race([tripped(stop), parts.crashed, running.workerDone]);
  if (ended === 'stopped') {
    console.log('\nStopping …');
    return 0;
  }
  throw ended ?? new Error('the worker ended by itself: see the log');
}

async function start(env: NodeJS.ProcessEnv, curtain: Curtain, stop: AbortSignal): Promise<Up> {
  await claimData();
  curtain.add(releaseData);
  const ports = await choosePorts(env);
  const databaseUrl = databaseUrlOf(env);
  const parts = await startLocalParts({
    directory: dataDirectory(),
    persistent: true,
    timeSkipping: false,
    ports,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(env['TEMPORAL_ADDRESS'] ? { temporal: { target: {}, uiUrl: uiUrlOf(env) } } : {}),
  });
  curtain.add(() => parts.stop());
  const config = parseConfig(await completed(env, parts, ports));
  const logger = openLog(config);
  installRuntime(logger);
  const bundle = await loadWorkflowBundle();
  const temporal = await withCodec(config, stop, parts.temporal);
  const options = workerOptions(config, logger, temporal);
  const worker = await startWorker({ ...options, bundle, sweepEverySeconds: 60 });
  curtain.add(() => worker.stop());
  // Started last, so that it is the first to take no more work.
  const api = await startApi(apiOptions(config, logger, temporal));
  curtain.add(() => api.close());
  const { databaseUrl: url, mail } = parts;
  const answers = await playAnswers({
    ...apiOptions(config, logger, temporal),
    mail: parts.mail,
    tell: tellOfAnswer,
  });
  curtain.add(() => answers.stop());
  await noteRunning({
    databaseUrl: url,
    apiUrl: api.url,
    mail: { host: mail.host, port: mail.port },
  });
  parts.mail.onMail(tellOfMail);
  return { parts, config, apiUrl: api.url, workerDone: worker.done };
}

/** The environment as production needs it, together with the values of this machine's parts and kept secrets. */
async function completed(
  env: NodeJS.ProcessEnv,
  parts: LocalParts,
  ports: Ports,
): Promise<NodeJS.ProcessEnv> {
  const { CADENZA_MAIL_ALLOWED_HOSTS: others } = env;
  const own = `${parts.mail.host}:${parts.mail.port}`;
  return {
    // Who tries it out, or measures it, is its only caller.
    CADENZA_HTTP_KEY_REQUESTS_PER_SECOND: '0',
    CADENZA_HTTP_ACCOUNT_REQUESTS_PER_SECOND: '0',
    ...(await keptSecrets()),
    ...Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
    DATABASE_URL: parts.databaseUrl,
    CADENZA_TEMPORAL_UI_URL: parts.uiUrl,
    CADENZA_HTTP_PORT: String(ports.http),
    CADENZA_MAIL_ALLOWED_HOSTS: others && others !== 'none' ? `${own},${others}` : own,
  };
}

function uiUrlOf(env: NodeJS.ProcessEnv): string {
  return (env['CADENZA_TEMPORAL_UI_URL'] ?? '').replace(/\/+$/, '') || 'http://localhost:8233';
}

/** Logs everything to a file, and to the terminal only what somebody should look at. */
function openLog(config: Config): Logger {
  const file = destination({ dest: join(dataDirectory(), 'cadenza.log'), mkdir: true, sync: true });
  const streams = multistream([
    { level: 'trace', stream: file },
    { level: 'warn', stream: terminalLog((line) => process.stderr.write(`${line}\n`)) },
  ]);
  return createLogger({ level: config.log.level, destination: streams });
}

function printPlaces({ parts, apiUrl }: Up, tookMs: number): void {
  const data = relative('', dataDirectory());
  console.log(`
${paint('bold', 'Cadenza is running')} after ${(tookMs / 1000).toFixed(1)} s. Ctrl-C stops it; its data stays in ${data}/

  API          ${apiUrl}   docs: ${apiUrl}/docs
  Temporal UI  ${parts.uiUrl}/namespaces/${parts.temporal.namespace ?? 'default'}/workflows?query=WorkflowType%3D%22enrollment%22
  Mail server  ${parts.mail.host}:${parts.mail.port}, delivers nothing; mails are kept in ${data}/mail/
  Log          ${data}/cadenza.log`);
}

function tellOfAnswer(answer: SelfAnswer, address: string): void {
  console.log(`${paint('dim', 'answer')} from ${address}: ${answerWords[answer]}`);
}

function tellOfMail({ to, subject }: CaughtMail): void {
  console.log(
    `${paint('dim', 'mail')} to ${to.map(({ address }) => address).join(', ')}: ${subject}`,
  );
}
