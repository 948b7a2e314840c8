import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';

/** A process of a figure's own, that answers one question at a time. */
export interface Child {
  ask<T extends z.ZodType>(question: object, answer: T): Promise<z.output<T>>;
  stop(): Promise<void>;
}

/** Starts `bench/support/<name>.ts`, with flags for Node. It ends when this process does. */
export function startChild(
  name: 'api-process' | 'service-process' | 'worker-process',
  options: { readonly flags?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
): Child {
  const child = fork(fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), {
    execArgv: ['--import', 'tsx', ...(options.flags ?? [])],
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  return {
    ask: async (question, answer) => {
      const reply: Promise<readonly unknown[]> = Promise.race([
        once(child, 'message'),
        ended.then(() => fail(child)),
      ]);
      child.send(question);
      const [message] = await reply;
      return answer.parse(message);
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

function fail({ exitCode, signalCode }: ChildProcess): never {
  throw new Error(`a child process ended by itself: ${exitCode ?? signalCode ?? 'unknown'}`);
}

/** The other end: answers every question, and lets go when the parent has. */
export function answerParent(
  answer: (question: unknown) => Promise<object>,
  close: () => Promise<void>,
): void {
  const fatal = (error: unknown): void => {
    console.error(error);
    process.exit(1);
  };
  process.on('message', (question) => {
    answer(question).then((reply) => process.send?.(reply), fatal);
  });
  process.on('disconnect', () => {
    close().then(() => process.exit(0), fatal);
  });
}
