import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { inject } from 'vitest';

export interface TestTemporal {
  readonly connection: Connection;
  readonly client: Client;
  /** For workers. */
  readonly nativeConnection: NativeConnection;
  readonly namespace: string;
  close(): Promise<void>;
}

/** Connections to the run's Temporal server. All files share its namespace: give each its own task queue and ids. */
export async function openTestTemporal(): Promise<TestTemporal> {
  quieten();
  const address = inject('temporalAddress');
  const namespace = inject('temporalNamespace');
  const connection = await Connection.connect({ address });
  const nativeConnection = await NativeConnection.connect({ address });
  return {
    connection,
    client: new Client({ connection, namespace }),
    nativeConnection,
    namespace,
    close: async () => {
      await connection.close();
      await nativeConnection.close();
    },
  };
}

let isQuiet = false;

/** The worker's story of each start and stop is of no interest here; its warnings are. */
export function quieten(): void {
  if (isQuiet) return;
  isQuiet = true;
  const logger = new DefaultLogger('WARN', ({ level, message }) => {
    // Workers of activities alone are meant to be so.
    if (message.startsWith('No workflows registered')) return;
    process.stderr.write(`[${level}] ${message}\n`);
  });
  Runtime.install({ logger });
}
