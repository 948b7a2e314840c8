import type { Mailbox } from '../../db/queries/mailboxes.js';
import type { ReminderFacts } from '../../db/queries/task-reminders.js';
import { fullName } from '../../domain/message/full-name.js';
import { reminderMail } from '../../domain/task/reminder.js';
import { textOfHtml } from '../../html/text-of-html.js';
import { ComposeError } from '../../mail/outgoing/compose-error.js';
import { composeMessage } from '../../mail/outgoing/compose.js';

/** The bytes of a reminder with this Message-ID, the same for each attempt from one mailbox; undefined when no mail can be made of the task. */
export async function composeReminder(
  { task, timeZone, contact, assignee }: ReminderFacts,
  mailbox: Mailbox,
  messageId: string,
): Promise<Buffer | undefined> {
  const { title, dueAt } = task;
  const notes = textOfHtml(task.notes);
  const mail = reminderMail({ title, notes, dueAt, timeZone, contactName: fullName(contact) });
  try {
    return await composeMessage({
      ...mail,
      messageId,
      date: task.createdAt,
      from: { name: mailbox.displayName, address: mailbox.address },
      to: { address: assignee.email },
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  } catch (error) {
    if (error instanceof ComposeError) return undefined;
    throw error;
  }
}
