import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { lines, readRecord } from '../support/records.js';
import { anyTime, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';
import { startTcpSwitch, type TcpSwitch } from '../support/tcp-switch.js';

/** Far less than the minute after which a mail server that was not reached is tried again. */
const soonMs = 20_000;

describe('a connection that breaks at the commit before the body of a mail', () => {
  let stack: Stack;
  let wire: TcpSwitch;
  let user: SeededUser;
  let sequenceId: string;
  let trap: 'on the way there' | 'on the way back' | undefined;
  let sprung = 0;

  /** Breaks all connections of the worker when a commit comes by. */
  const spring = (way: typeof trap, chunk: Buffer, sign: string): Buffer => {
    if (trap !== way || !chunk.includes(sign)) return chunk;
    trap = undefined;
    sprung += 1;
    wire.off();
    wire.on();
    return Buffer.alloc(0);
  };
  beforeAll(async () => {
    let next: typeof trap = 'on the way there';
    stack = await startStack({
      worker: false,
      mail: {
        respond: (stage) => {
          if (stage === 'rcpt' && next !== undefined) {
            trap = next;
            next = next === 'on the way there' ? 'on the way back' : undefined;
          }
          return undefined;
        },
      },
    });
    const url = new URL(stack.databaseUrl);
    wire = await startTcpSwitch(url.host, {
      forth: (chunk) => spring('on the way there', chunk, 'commit\0'),
      back: (chunk) => spring('on the way back', chunk, 'COMMIT\0'),
    });
    wire.on();
    url.host = wire.address;
    await stack.startWorker({ database: { url: url.href, maxConnections: 5 } });
    user = await stack.api.user(stack.catcher.port);
    const steps = [emailStep('one', 0)];
    sequenceId = await stack.api.sequence(user.id, { name: 'One', steps, settings: anyTime });
  });
  afterAll(async () => {
    await stack.close();
    await wire.stop();
  });

  it.each(['on the way there', 'on the way back'] as const)(
    '%s, costs the mail nothing: it is sent at once, and once',
    async () => {
      const [before, mails] = [sprung, stack.catcher.messages().length];
      const contact = { id: await stack.api.contact() };
      const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
      const { log, sends } = await eventually(
        () => readRecord(stack.db, id),
        ({ row }) => row.state !== 'active',
        soonMs,
      );
      expect(sprung - before).toBe(1);
      expect(lines(log)).toEqual(['enrolled', 'email_sent one', 'finished']);
      expect(sends.get('one')).toMatchObject({ state: 'sent', attempts: 1 });
      expect(stack.catcher.messages().length - mails).toBe(1);
    },
  );
});
