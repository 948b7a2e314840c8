import type { StackClient } from '../test/support/stack-client.js';
import { readEventLoop } from './support/event-loop.js';
import type { Ground } from './support/ground.js';
import { figureOf, type Figure, type Round } from './support/figure.js';
import { withApi } from './support/with-api.js';

const rounds = 5;
const mostMs = 100;
const pauseMs = 5;

/**
 * How long `/healthz` takes at worst while one caller sends, one after another, the inputs that are hardest to read for their
 * size: blanks, tokens, entities and tags by the hundred thousand, snippets within snippets' limits, endless lists and unknown
 * fields. Baseline: the same calls with small inputs. With it the event loop delay as `/readyz` tells it.
 */
export function measureHeavyInputs(ground: Ground): Promise<readonly Figure[]> {
  return withApi(ground, async (client) => {
    const user = await client.user(ground.smtpPort);
    const snippet = { name: 'long', html: `<p>${'x'.repeat(19_000)}</p>` };
    await client.request('POST', '/v1/snippets', snippet, user.id);
    const sequenceId = await client.sequence(user.id, {
      name: 'Heavy',
      steps: [{ kind: 'call', title: 'Call' }],
    });
    const contactId = await client.contact();
    const calls = (size: number) => callsOf(size, { sequenceId, contactId });
    const health: Round[] = [];
    const delay: Round[] = [];
    await worstHealth(client, user.id, calls(10));
    for (let round = 0; round < rounds; round += 1) {
      const small = await worstHealth(client, user.id, calls(10));
      const large = await worstHealth(client, user.id, calls(900_000));
      health.push({ value: large, baseline: small });
      const { p99, max } = await readEventLoop(client);
      delay.push({ value: max, baseline: Math.max(1, p99) });
    }
    const aim = {
      text: `at most ${mostMs} ms`,
      met: ({ value }: Round) => value <= mostMs,
    };
    return [
      figureOf({ name: '/healthz at worst beside the heaviest inputs', unit: 'ms', aim }, health),
      figureOf(
        { name: 'event loop delay: max against p99, as /readyz tells it', unit: 'ms' },
        delay,
      ),
    ];
  });
}

type Call = readonly [path: string, body: unknown];

function callsOf(
  size: number,
  { sequenceId, contactId }: { readonly sequenceId: string; readonly contactId: string },
): readonly Call[] {
  const preview = (tokenValues: Readonly<Record<string, string>>): Call => [
    '/v1/enrollments/preview',
    { sequenceId, contact: { id: contactId }, tokenValues },
  ];
  const template = (part: string, length = size): Call => [
    '/v1/templates',
    { name: 'Heavy', subject: 'Heavy', html: part.repeat(Math.ceil(length / part.length)) },
  ];
  const html = Math.min(size, 99_000);
  return [
    preview({ 'contact.x': ' '.repeat(size) }),
    preview({ 'contact.x': ' '.repeat(Math.min(size, 40_000)) }),
    preview({ [`contact.${' '.repeat(size)}`]: 'x' }),
    ...['<p>x <b>y</b></p>', '<b>', '<', '&#', '</p>', '<ul><li>', ' ', '{{contact.x|}}'].map(
      (part) => template(part, html),
    ),
    template('<b>'),
    template('{{snippet.long}}', html),
    ['/v1/contacts', Object.fromEntries(Array.from({ length: size / 10 }, (_, n) => [`k${n}`, 0]))],
    ['/v1/contacts', { properties: { x: '\u00a0'.repeat(size / 2) } }],
    ['/v1/sequences', { name: 'Heavy', steps: Array<number>(Math.ceil(size / 2)).fill(0) }],
  ];
}

/** The longest answer of `/healthz`, in ms, while the calls are made. */
async function worstHealth(
  client: StackClient,
  user: string,
  calls: readonly Call[],
): Promise<number> {
  const state = { done: false };
  const watch = async (): Promise<number> => {
    let worst = 0;
    while (!state.done) {
      const before = performance.now();
      await client.request('GET', '/healthz');
      worst = Math.max(worst, performance.now() - before);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    return worst;
  };
  const watched = watch();
  for (const [path, body] of calls) {
    const { status } = await client.request('POST', path, body, user);
    if (status >= 500) throw new Error(`POST ${path} answers ${status}`);
  }
  state.done = true;
  return watched;
}
