import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** What the variable `SMTP_PASSWORD` says, else what is typed, unseen, or stands in the standard input. */
export async function askPassword(env: NodeJS.ProcessEnv): Promise<string> {
  const given = env['SMTP_PASSWORD'];
  if (given) return given;
  const { stdin, stderr } = process;
  // A line's end belongs to whoever has written the line.
  if (!stdin.isTTY) return (await text(stdin)).replace(/\r?\n$/, '');
  stderr.write('Password of the mail server: ');
  const unseen = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({ input: stdin, output: unseen, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    stderr.write('\n');
  }
}
