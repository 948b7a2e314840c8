import { readFileSync, readdirSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { openGround } from './support/ground.js';
import { startChild } from './support/child.js';
import { createStackClient } from '../test/support/stack-client.js';
import { demoSequence } from './support/demo-sequence.js';
import { atOnce } from './support/at-once.js';
function cpu(): Record<string, number> {
  const out: Record<string, number> = { };
  const ppid: Record<string, string> = {}; const info: Record<string, [string, number]> = {};
  for (const pid of readdirSync('/proc').filter((d) => /^\d+$/.test(d))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8'); const rest = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const cmd = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      ppid[pid] = rest[1] ?? ''; info[pid] = [cmd, (Number(rest[11]) + Number(rest[12])) * 10];
    } catch { /* gone */ }
  }
  const mine = (pid: string): boolean => pid === String(process.pid) || (ppid[pid] !== undefined && ppid[pid] !== '0' && mine(ppid[pid] ?? '0'));
  for (const [pid, [cmd, ms]] of Object.entries(info)) {
    if (!mine(pid)) continue;
    const kind = pid === String(process.pid) ? 'bench' : cmd.includes('api-process') ? 'api' : cmd.includes('postgres') ? 'postgres' : cmd.includes('temporal') ? 'temporal' : 'other';
    out[kind] = (out[kind] ?? 0) + ms;
  }
  return out;
}
const ground = await openGround();
const api = startChild('api-process');
const { url } = await api.ask({ databaseUrl: ground.databaseUrl, temporal: ground.temporal, taskQueue: 'x', encryptionKey: ground.encryptionKey.toString('base64') }, z.object({ url: z.string() }));
const client = createStackClient(url, ground.apiKey);
const user = await client.user(ground.smtpPort);
const sequenceId = await client.sequence(user.id, demoSequence);
import pg from 'pg';
if (process.env['PGLOG']) { const c = new pg.Client({ connectionString: ground.databaseUrl }); await c.connect(); await c.query('alter system set log_min_duration_statement=0'); await c.query('select pg_reload_conf()'); await c.end(); }
const N = 400;
async function lap(name: string, act: () => Promise<void>) {
  const a = cpu(); const t = performance.now();
  await atOnce(16, N, act);
  const b = cpu();
  console.log(name, `${((performance.now() - t) / N).toFixed(1)} ms wall each`, Object.fromEntries(Object.keys(b).map((k) => [k, ((b[k] ?? 0) - (a[k] ?? 0)) / N])));
}
for (let i = 0; i < 3; i++) {
  const contacts: string[] = [];
  await lap('contact', async () => void contacts.push(await client.contact()));
  await lap('start', async () => void (await ground.client.workflow.start('oneTimer', { taskQueue: 'nobody', workflowId: randomUUID(), args: [1] })));
  await lap('enroll', async () => {
    const r = await fetch(`${url}/v1/enrollments`, { method: 'POST', headers: { authorization: `Bearer ${ground.apiKey}`, 'cadenza-user': user.id, 'content-type': 'application/json', 'idempotency-key': randomUUID() }, body: JSON.stringify({ sequenceId, contact: { id: contacts.pop() } }) });
    if (r.status !== 201) throw new Error(await r.text()); await r.text();
  });
}
await api.stop();
if (process.env['PGLOG']) { const { execSync } = await import('node:child_process'); execSync('ls -d /tmp/cadenza-bench-*/ && for f in $(find /tmp -name "*.log" -path "*cadenza*" -mmin -3 2>/dev/null); do ls -la $f; done', { stdio: 'inherit' }); execSync('cp $(find /tmp /var/tmp -name "postgres*.log" -mmin -2 2>/dev/null | xargs ls -t | head -1) /tmp/pg.log || true', { stdio: 'inherit' }); }
await ground.stop();
