import type { CaughtMail } from '../../../local/mail-catcher.js';
import { entryOf, type Life } from '../life.js';
import { mailsTo } from '../print-mails.js';
import { nameOf } from '../words.js';
import { endings } from './check-endings.js';
import type { Findings } from './findings.js';

const emailSteps = ['intro', 'follow-up', 'closing'];
const onTimeMs = 60_000;

/** Everybody got the mails of their steps, each mail once, in one thread, and none after the end. */
export function checkMails(
  findings: Findings,
  mails: readonly CaughtMail[],
  lives: readonly Life[],
): void {
  let expected = 0;
  for (const life of lives) {
    const own = mailsTo(mails, life.person.email);
    const steps = endings[life.person.role].steps.filter((step) => emailSteps.includes(step));
    expected += steps.length;
    findings.equal(own.length, steps.length, `${nameOf(life.person)}'s number of mails`);
    checkThread(findings, life, own);
    checkDates(findings, life, steps, own);
  }
  findings.equal(mails.length, expected, 'the number of mails in all');
  const ids = new Set(mails.map(({ messageId }) => messageId));
  findings.equal(ids.size, mails.length, 'every mail has a Message-ID of its own');
}

function checkThread(findings: Findings, { person }: Life, mails: readonly CaughtMail[]): void {
  const subject = `Better light for ${person.company}`;
  const domain = person.sender.slice(person.sender.indexOf('@'));
  mails.forEach((mail, index) => {
    const what = `${nameOf(person)}'s mail ${index + 1}`;
    const before = mails.slice(0, index).map(({ messageId }) => messageId ?? '');
    findings.equal(mail.subject, index === 0 ? subject : `Re: ${subject}`, `${what}, Subject`);
    findings.equal(mail.inReplyTo ?? '', before.at(-1) ?? '', `${what}, In-Reply-To`);
    findings.equal(mail.references, before, `${what}, References`);
    findings.equal(mail.from.address, person.sender, `${what}, From`);
    findings.check(
      mail.messageId?.endsWith(`${domain}>`) ?? false,
      `${what}: the Message-ID is of the sender's domain`,
    );
  });
}

function checkDates(
  findings: Findings,
  life: Life,
  steps: readonly string[],
  mails: readonly CaughtMail[],
): void {
  mails.forEach((mail, index) => {
    const what = `${nameOf(life.person)}'s mail ${index + 1}`;
    const sentAt = Date.parse(entryOf(life, 'email_sent', steps[index])?.at ?? '');
    const date = Date.parse(mail.date ?? '');
    findings.check(Math.abs(sentAt - date) < onTimeMs, `${what} has the story's time in its Date`);
    const endedAt = Date.parse(life.enrollment.endedAt ?? '');
    findings.check(date <= endedAt, `${what} was not sent after the end`);
  });
}
