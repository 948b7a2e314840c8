import { isAdmin } from '../../../usecases/access.js';
import { exportContact as exported, partsOf } from '../../../usecases/contact/export-contact.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { longList } from '../../http/long-list.js';
import { referenceParams } from '../../shapes/common.js';
import { showContact } from '../../shapes/contact.js';
import {
  contactExport,
  exportedBulkItem,
  exportedEnrollment,
  exportedMail,
  exportedOpen,
  exportedSlot,
  exportedTask,
  showBulkItem,
  showEnrollmentRow,
  showExportedTask,
  showMail,
  showOpen,
  showSlot,
} from '../../shapes/contact-export.js';
import { eventReply, showEvent } from '../../shapes/event.js';
import { logEntry, showLogEntry } from '../../shapes/log.js';
import { showSuppression } from '../../shapes/suppression.js';

const none = {
  ...{ enrollments: [], mails: [], tasks: [], events: [] },
  ...{ opens: [], bulkItems: [], sendSlots: [] },
};

export const exportContact = defineEndpoint({
  method: 'GET',
  path: '/v1/contacts/{id}/export',
  summary: 'Read all that is kept of a contact',
  description:
    'For admins, and for keys that name no user. Everything as one JSON: the contact, its lists, enrollments, mails with their texts as long as these are kept, tasks, reported events, opens, what stands against its addresses, and its part of the log. Answers of the last 24 hours that are kept for repeats (`Idempotency-Key`) are not in it. It is written while it is read, however much it is; an answer that was cut off is no JSON.',
  tag: 'contacts',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: referenceParams,
  query: nothing,
  body: nothing,
  replies: { 200: contactExport },
  refusals: ['ADMIN_REQUIRED'],
  handler: async (call) => {
    const { contact, lists, suppressions } = await exported(call, call.params.id);
    const { id } = contact;
    const toAdmin = isAdmin(call);
    const head = {
      exportedAt: call.now,
      contact: showContact(contact),
      lists: [...lists],
      suppressions: suppressions.map(showSuppression),
    };
    return {
      status: 200,
      body: { ...head, ...none, log: [] },
      longLists: [
        longList(
          'enrollments',
          exportedEnrollment,
          (t) => partsOf.enrollments(t, id),
          showEnrollmentRow,
        ),
        longList('mails', exportedMail, (t) => partsOf.mails(t, id), showMail),
        longList('tasks', exportedTask, (t) => partsOf.tasks(t, id), showExportedTask),
        longList('events', eventReply, (t) => partsOf.events(t, id), showEvent),
        longList('opens', exportedOpen, (t) => partsOf.opens(t, id), showOpen),
        longList('bulkItems', exportedBulkItem, (t) => partsOf.bulkItems(t, id), showBulkItem),
        longList('sendSlots', exportedSlot, (t) => partsOf.sendSlots(t, id), showSlot),
        longList(
          'log',
          logEntry,
          (t) => partsOf.log(t, id),
          (row) => showLogEntry(row, toAdmin),
        ),
      ],
    };
  },
});
