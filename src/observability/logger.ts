import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { describeError } from './describe-error.js';

type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Where the lines go; standard output without it. */
  readonly destination?: DestinationStream;
}

/** Fields that hold secrets, addresses or what somebody wrote. */
const hidden = [
  'password',
  'smtpPassword',
  'smtpPasswordEncrypted',
  'secret',
  'secretHash',
  'token',
  'key',
  'authorization',
  'cookie',
  'address',
  'email',
  'recipient',
  'to',
  'from',
  'subject',
  'html',
  'text',
  'body',
  'raw',
  'firstName',
  'lastName',
  'properties',
] as const;
// The paths know no "at any depth": as deep as our fields are ever nested.
const depths = ['', '*.', '*.*.'];
const redactedPaths = depths.flatMap((depth) => hidden.map((field) => `${depth}${field}`));

/** The root logger: JSON lines, with secrets and personal data left out wherever a known field holds them. */
export function createLogger(options: LoggerOptions): Logger {
  const settings = {
    level: options.level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: redactedPaths, censor: '[redacted]' },
    // The SDK of Temporal logs what an activity or a workflow threw as `error`.
    serializers: { err: describeError, error: describeError },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}
