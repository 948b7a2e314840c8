import { Client, Connection } from '@temporalio/client';
import type { DataConverter, PayloadCodec } from '@temporalio/common';
import {
  loadClientConfigProfile,
  toClientOptions,
  type ClientConnectConfig,
} from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import type { Service } from '../observability/service.js';
import { guardCodec } from './guard-codec.js';

/**
 * Where the Temporal server is. When an address stands here, nothing is taken from the SDK's environment configuration, whose
 * TLS and API key belong to another server.
 */
export interface TemporalTarget {
  readonly address?: string;
  readonly namespace?: string;
  /** What payloads are put through on their way to the server and back; all that connect have the same. */
  readonly payloadCodec?: PayloadCodec;
  /** How long it may take for one answer, in milliseconds, before that counts as Temporal not answering; 3,000 unless told. */
  readonly payloadCodecMs?: number;
}

export interface TemporalClient extends Service {
  readonly client: Client;
  readonly namespace: string;
}

/** How long Temporal may take to show that it answers. */
const answerMs = 3_000;

/** After an outage the server is found again within seconds; gRPC's own default lets two minutes pass. */
const reconnecting = {
  'grpc.initial_reconnect_backoff_ms': 500,
  'grpc.max_reconnect_backoff_ms': 2_000,
};

/**
 * Opens a client by the SDK's environment configuration (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`,
 * TLS, `temporal.toml`), or at the target's address. Connects on first use, so that an API can start, and
 * take enrollments, while Temporal is down.
 */
export function openTemporalClient(target: TemporalTarget = {}): TemporalClient {
  const { connectionOptions, namespace, dataConverter } = settingsOf(target);
  const connection = Connection.lazy({ ...connectionOptions, channelArgs: reconnecting });
  const client = new Client({ connection, namespace, dataConverter });
  return {
    name: 'temporal',
    client,
    namespace,
    start: () => Promise.resolve(),
    drain: () => undefined,
    stop: () => connection.close(),
    healthy: () => answers(client),
  };
}

/** What a worker polls with. */
export interface WorkerConnection {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly dataConverter: DataConverter;
}

/** Opens a worker's connection by the same configuration. Rejects when the server does not answer. */
export async function openWorkerConnection(target: TemporalTarget = {}): Promise<WorkerConnection> {
  const { connectionOptions, ...rest } = settingsOf(target);
  return { connection: await NativeConnection.connect(connectionOptions), ...rest };
}

/**
 * Makes a question: whether the server answers and has the namespace. It rejects with the reason when not, and tries only once, since
 * retries, as those of a client, would only tell that it took too long. Throws at once for settings that cannot be used.
 */
export function createNamespaceQuestion(
  target: TemporalTarget = {},
): (withinMs: number) => Promise<void> {
  const { connectionOptions, namespace } = settingsOf(target);
  return async (withinMs) => {
    const connection = Connection.lazy({ ...connectionOptions, interceptors: [] });
    try {
      await connection.withDeadline(Date.now() + withinMs, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
    } finally {
      await connection.close();
    }
  };
}

async function answers(client: Client): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + answerMs, () =>
      client.workflowService.getSystemInfo({}),
    );
    return true;
  } catch {
    return false;
  }
}

interface Settings {
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
  readonly namespace: string;
  readonly dataConverter: DataConverter;
}

function settingsOf({ address, namespace, ...codec }: TemporalTarget): Settings {
  const dataConverter = converterOf(codec);
  if (address !== undefined) {
    return { connectionOptions: { address }, namespace: namespace ?? 'default', dataConverter };
  }
  const config = environmentConfig();
  const { connectionOptions } = config;
  return {
    connectionOptions,
    namespace: namespace ?? config.namespace ?? 'default',
    dataConverter,
  };
}

/** Every client and worker has a codec that answers in time and whose failures are safe to tell. */
function converterOf({ payloadCodec, payloadCodecMs = answerMs }: TemporalTarget): DataConverter {
  return payloadCodec === undefined
    ? {}
    : { payloadCodecs: [guardCodec(payloadCodec, payloadCodecMs)] };
}

/** Throws for half a client certificate, which the SDK would leave out without a word. */
function environmentConfig(): ClientConnectConfig {
  const profile = loadClientConfigProfile();
  const { clientCert, clientKey } = profile.tls ?? {};
  if ((clientCert === undefined) !== (clientKey === undefined)) {
    throw new Error(
      'TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH (or …_DATA) go together: one of them is missing.',
    );
  }
  return toClientOptions(profile);
}
