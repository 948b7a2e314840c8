import type { CaughtMail } from '../../local/mail-catcher.js';
import { pad, paint } from '../shared/paint.js';
import type { Life } from './life.js';
import { nameOf, shortTime } from './words.js';

/** Prints the mails as the mail server got them, one thread per contact, and the headers of one mail in full. */
export function printMails(mails: readonly CaughtMail[], lives: readonly Life[]): void {
  const title = paint('bold', `${mails.length} mails`);
  console.log(`\n${title}, as they came in over SMTP; ids are shortened to their beginning`);
  for (const { person } of lives) {
    console.log(`\n  ${nameOf(person)} <${person.email}>`);
    for (const mail of mailsTo(mails, person.email)) {
      const date = shortTime(new Date(mail.date ?? 0).toISOString(), person.timeZone);
      console.log(`    ${date}  ${pad(mail.subject, 44)} ${paint('dim', threadOf(mail))}`);
    }
  }
  const last = mails.findLast(({ references }) => references.length > 1);
  if (last === undefined) return;
  console.log('\n  The headers of one of them in full:');
  for (const line of headOf(last)) console.log(paint('dim', `    ${line}`));
}

export function mailsTo(mails: readonly CaughtMail[], address: string): readonly CaughtMail[] {
  return mails.filter(({ envelope }) => envelope.to.includes(address));
}

function threadOf({ messageId, inReplyTo, references }: CaughtMail): string {
  const parts = [
    `Message-ID ${shortId(messageId)}`,
    ...(inReplyTo === undefined ? [] : [`In-Reply-To ${shortId(inReplyTo)}`]),
    ...(references.length === 0 ? [] : [`References ${references.map(shortId).join(' ')}`]),
  ];
  return parts.join('  ');
}

function shortId(id: string | undefined): string {
  return id === undefined ? 'none' : `${id.slice(1, 9)}…`;
}

function headOf({ raw }: CaughtMail): readonly string[] {
  const [head = ''] = raw.toString('utf8').split('\r\n\r\n');
  return head.split('\r\n');
}
