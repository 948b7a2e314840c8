import { z } from 'zod';
import type {
  BulkItem,
  EnrollmentRow,
  ExportedTask,
  MailRow,
  OpenRow,
  SlotRow,
} from '../../db/queries/contact-export.js';
import { slotStates } from '../../db/schema/send-slots.js';
import { sendStates } from '../../domain/sending/email-state.js';
import { bulkItemStates } from '../../domain/bulk/bulk.js';
import { reminderStates } from '../../domain/task/reminder.js';
import { instantShape } from './common.js';
import { contactReply } from './contact.js';
import { eventReply } from './event.js';
import { reasonReply, whyShape } from './log-parts.js';
import { enrollmentStates } from '../../domain/enrollment/state.js';
import { logEntry } from './log.js';
import { overridesShape } from './enrollment-choices.js';
import { showSource, sourceReply } from './source.js';
import { suppressionReply } from './suppression.js';
import { showTask, taskReply } from './task.js';

export const exportedEnrollment = z
  .object({
    id: z.uuid(),
    sequenceId: z.uuid(),
    sequenceVersion: z.int(),
    senderId: z.uuid(),
    mailboxId: z.uuid(),
    enrolledById: z.uuid(),
    taskAssigneeId: z.uuid(),
    timeZone: z.string(),
    source: sourceReply,
    bulkId: z.uuid().nullable(),
    overrides: overridesShape.nullable(),
    startStepId: z.string().nullable(),
    firstStepAt: instantShape.nullable(),
    state: z.enum(enrollmentStates),
    reason: reasonReply.nullable(),
    stepId: z.string().nullable(),
    nextAt: instantShape.nullable(),
    why: z.array(whyShape),
    pausedUntil: instantShape.nullable(),
    enrolledAt: instantShape,
    changedAt: instantShape,
    endedAt: instantShape.nullable(),
  })
  .meta({ id: 'ExportedEnrollment' });

export function showEnrollmentRow(row: EnrollmentRow): z.input<typeof exportedEnrollment> {
  return { ...row, source: showSource(row), why: [...row.why] };
}

export const exportedMail = z
  .object({
    id: z.uuid(),
    enrollmentId: z.uuid(),
    stepId: z.string(),
    mailboxId: z.uuid(),
    state: z.enum(sendStates),
    messageId: z.string(),
    serverMessageId: z.string().nullable(),
    inReplyTo: z.string().nullable(),
    references: z.array(z.string()),
    recipient: z.string().nullable(),
    subject: z.string().nullable(),
    message: z.string().nullable().meta({ description: 'The mail as it went out (RFC 5322).' }),
    messageSha256: z.string().nullable().meta({
      description: 'A digest of the mail whose text is no longer kept; null while it is.',
    }),
    textErasedAt: instantShape.nullable().meta({
      description: 'Since when its text and recipient are no longer kept; null while they are.',
    }),
    reservedAt: instantShape,
    attempts: z.int(),
    serverReply: z.string().nullable(),
    settledAt: instantShape.nullable(),
  })
  .meta({ id: 'ExportedMail' });

export function showMail(row: MailRow): z.input<typeof exportedMail> {
  const isKept = row.textErasedAt === null;
  return {
    ...row,
    references: [...row.references],
    recipient: isKept ? row.recipient : null,
    subject: isKept || row.subject !== '' ? row.subject : null,
    message: isKept ? row.raw.toString('utf8') : null,
    messageSha256: row.rawSha256,
    serverReply: row.smtpReply,
  };
}

export const exportedTask = taskReply
  .extend({
    unsent: z
      .object({ subject: z.string(), html: z.string() })
      .nullable()
      .meta({ description: 'What a user wants to be sent from it, until the mail is made of it.' }),
    recipient: z.string().nullable(),
    reminder: z
      .object({
        state: z.enum(reminderStates),
        at: instantShape,
        serverReply: z.string().nullable().meta({ description: 'The codes of it.' }),
      })
      .nullable(),
  })
  .meta({ id: 'ExportedTask' });

export function showExportedTask({
  task,
  email,
  reminder,
}: ExportedTask): z.input<typeof exportedTask> {
  return {
    ...showTask({ task, email }),
    unsent: email?.content ?? null,
    recipient: email?.recipient ?? null,
    reminder: reminder && { ...reminder, serverReply: reminder.smtpReply },
  };
}

export const exportedOpen = z
  .object({
    eventId: z.string(),
    enrollmentId: z.uuid().nullable(),
    openedAt: instantShape,
    automatic: z.boolean(),
  })
  .meta({ id: 'ExportedOpen' });

export function showOpen(row: OpenRow): z.input<typeof exportedOpen> {
  return row;
}

export const exportedBulkItem = z
  .object({
    id: z.uuid(),
    bulkId: z.uuid(),
    state: z.enum(bulkItemStates),
    overrides: z.looseObject({}).meta({ description: 'What was chosen for the contact alone.' }),
    source: z.looseObject({ kind: z.string() }).nullable(),
    refusal: z.looseObject({ code: z.string() }).nullable(),
    enrollmentId: z.uuid().nullable(),
    firstSendAt: instantShape.nullable(),
    settledAt: instantShape.nullable(),
  })
  .meta({ id: 'ExportedBulkItem' });

export function showBulkItem(row: BulkItem): z.input<typeof exportedBulkItem> {
  const { overrides, source, refusal } = row;
  return {
    ...row,
    overrides: { ...overrides },
    source: source && { ...source },
    refusal: refusal && { ...refusal },
  };
}

export const exportedSlot = z
  .object({
    enrollmentId: z.uuid(),
    stepId: z.string(),
    at: instantShape,
    state: z.enum(slotStates),
    recipientDomain: z.string().nullable(),
    companyId: z.uuid().nullable(),
  })
  .meta({ id: 'ExportedSendSlot' });

export function showSlot(row: SlotRow): z.input<typeof exportedSlot> {
  return row;
}

export const contactExport = z
  .object({
    exportedAt: instantShape,
    contact: contactReply,
    lists: z.array(z.object({ listId: z.uuid(), name: z.string(), addedAt: instantShape })),
    suppressions: z.array(suppressionReply).meta({
      description: 'Of its address, and of those that mails to it went to.',
    }),
    enrollments: z.array(exportedEnrollment),
    mails: z.array(exportedMail),
    tasks: z.array(exportedTask),
    events: z.array(eventReply).meta({ description: 'What was reported about it.' }),
    opens: z.array(exportedOpen),
    bulkItems: z.array(exportedBulkItem),
    sendSlots: z
      .array(exportedSlot)
      .meta({ description: 'When its emails go out, and went out in the last 48 hours.' }),
    log: z.array(logEntry).meta({
      description: 'What happened to the contact, its enrollments and its tasks.',
    }),
  })
  .meta({ id: 'ContactExport' });
