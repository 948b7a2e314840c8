import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import type { Service } from '../observability/service.js';

/**
 * Where the Temporal server is. When an address stands here, nothing is taken from the SDK's environment configuration, whose
 * TLS and API key belong to another server.
 */
export interface TemporalTarget {
  readonly address?: string;
  readonly namespace?: string;
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
  const { connectionOptions, namespace } = settingsOf(target);
  const connection = Connection.lazy({ ...connectionOptions, channelArgs: reconnecting });
  const client = new Client({ connection, namespace });
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

/** Opens a worker's connection by the same configuration. Rejects when the server does not answer. */
export async function openWorkerConnection(
  target: TemporalTarget = {},
): Promise<{ readonly connection: NativeConnection; readonly namespace: string }> {
  const { connectionOptions, namespace } = settingsOf(target);
  return { connection: await NativeConnection.connect(connectionOptions), namespace };
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
  readonly connectionOptions: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
  readonly namespace: string;
}

function settingsOf({ address, namespace }: TemporalTarget): Settings {
  if (address !== undefined) {
    return { connectionOptions: { address }, namespace: namespace ?? 'default' };
  }
  const config = loadClientConnectConfig();
  const { connectionOptions } = config;
  return { connectionOptions, namespace: namespace ?? config.namespace ?? 'default' };
}
