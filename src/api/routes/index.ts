import type { Endpoint } from '../endpoint.js';
import type { StreamEndpoint } from '../stream-endpoint.js';
import { createCompany } from './companies/create-company.js';
import { getCompany } from './companies/get-company.js';
import { listCompanies } from './companies/list-companies.js';
import { upsertCompany } from './companies/upsert-company.js';
import { bulkUpsertContacts } from './contacts/bulk-upsert-contacts.js';
import { createContact } from './contacts/create-contact.js';
import { getContact } from './contacts/get-contact.js';
import { listContacts } from './contacts/list-contacts.js';
import { upsertContact } from './contacts/upsert-contact.js';
import { createEnrollment } from './enrollments/create-enrollment.js';
import { getEnrollment } from './enrollments/get-enrollment.js';
import { getTimeline } from './enrollments/get-timeline.js';
import { listEnrollments } from './enrollments/list-enrollments.js';
import { pauseEnrollment } from './enrollments/pause-enrollment.js';
import { resumeEnrollment } from './enrollments/resume-enrollment.js';
import { skipStep } from './enrollments/skip-step.js';
import { unenrollEnrollment } from './enrollments/unenroll-enrollment.js';
import { reportEvent } from './events/report-event.js';
import { completeTask } from './tasks/complete-task.js';
import { getTask } from './tasks/get-task.js';
import { listTasks } from './tasks/list-tasks.js';
import { patchMailbox } from './mailboxes/edit-mailbox.js';
import { getCapacity } from './mailboxes/get-capacity.js';
import { getSendingStatus } from './mailboxes/get-sending-status.js';
import { createMailbox } from './mailboxes/create-mailbox.js';
import { getMailbox } from './mailboxes/get-mailbox.js';
import { listMailboxes } from './mailboxes/list-mailboxes.js';
import { createSequence } from './sequences/create-sequence.js';
import { compareVersions } from './sequences/compare-versions.js';
import { copySequence } from './sequences/copy-sequence.js';
import { deleteSequence } from './sequences/delete-sequence.js';
import { removeStep } from './sequences/delete-step.js';
import { patchSequence } from './sequences/edit-sequence.js';
import { patchStep } from './sequences/edit-step.js';
import { getSequence } from './sequences/get-sequence.js';
import { getVersion } from './sequences/get-version.js';
import { listSequences } from './sequences/list-sequences.js';
import { listVersions } from './sequences/list-versions.js';
import { orderSteps } from './sequences/order-steps.js';
import { replaceSequence } from './sequences/replace-sequence.js';
import { restoreVersion } from './sequences/restore-version.js';
import { createSuppression } from './suppressions/create-suppression.js';
import { deleteSuppression } from './suppressions/delete-suppression.js';
import { listSuppressions } from './suppressions/list-suppressions.js';
import { createUser } from './users/create-user.js';
import { getUser } from './users/get-user.js';
import { listUsers } from './users/list-users.js';

/** Every endpoint with a JSON body or none, in the order of the documentation. */
export const endpoints: readonly Endpoint[] = [
  createUser,
  listUsers,
  getUser,
  createMailbox,
  listMailboxes,
  getMailbox,
  patchMailbox,
  getCapacity,
  getSendingStatus,
  createCompany,
  upsertCompany,
  listCompanies,
  getCompany,
  createContact,
  upsertContact,
  listContacts,
  getContact,
  createSuppression,
  listSuppressions,
  deleteSuppression,
  createSequence,
  listSequences,
  getSequence,
  replaceSequence,
  patchSequence,
  orderSteps,
  patchStep,
  removeStep,
  copySequence,
  deleteSequence,
  listVersions,
  getVersion,
  compareVersions,
  restoreVersion,
  createEnrollment,
  listEnrollments,
  getEnrollment,
  getTimeline,
  pauseEnrollment,
  resumeEnrollment,
  skipStep,
  unenrollEnrollment,
  listTasks,
  getTask,
  completeTask,
  reportEvent,
];

/** Every endpoint whose body and answer are streamed. */
export const streamEndpoints: readonly StreamEndpoint[] = [bulkUpsertContacts];
