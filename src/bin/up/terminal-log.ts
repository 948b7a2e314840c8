import type { DestinationStream } from 'pino';
import { z } from 'zod';
import { paint } from '../shared/paint.js';

/** For how long the same is not told again, in milliseconds. */
const quietMs = 60_000;
/** How many different things are remembered as told. */
const maxRemembered = 1000;

const lineShape = z.looseObject({
  level: z.string(),
  time: z.string(),
  msg: z.string().catch(''),
  method: z.string().optional().catch(undefined),
  route: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  err: z.object({ message: z.string() }).optional().catch(undefined),
  error: z.object({ message: z.string() }).optional().catch(undefined),
});

/**
 * What is logged, for the terminal of somebody who tries things: a short line each, the same at most once a minute. All of it
 * is in the log file. `now` is a clock in milliseconds.
 */
export function terminalLog(
  print: (line: string) => void,
  now: () => number = () => performance.now(),
): DestinationStream {
  const told = new Map<string, { readonly atMs: number; more: number }>();
  return {
    write: (text) => {
      const line = readLine(text);
      if (line === undefined) return;
      const { what, time, level } = line;
      const before = told.get(what);
      if (before !== undefined && now() - before.atMs < quietMs) {
        before.more += 1;
        return;
      }
      if (told.size >= maxRemembered) told.clear();
      told.set(what, { atMs: now(), more: 0 });
      const again = before?.more ? ` (and ${before.more} times before)` : '';
      print(`${paint('dim', time)} ${paint('yellow', level)} ${what}${again}`);
    },
  };
}

function readLine(
  text: string,
): { readonly what: string; readonly time: string; readonly level: string } | undefined {
  const parsed = lineShape.safeParse(JSON.parse(text));
  if (!parsed.success) return undefined;
  const { level, time, msg, method, route, code, err, error } = parsed.data;
  const where = route === undefined ? '' : ` ${method ?? ''} ${route}`;
  const why = [code, (err ?? error)?.message].filter((each) => each !== undefined).join(': ');
  return { what: `${msg}${where}${why === '' ? '' : ` – ${why}`}`, time, level };
}
