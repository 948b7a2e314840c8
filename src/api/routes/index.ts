import type { Endpoint } from '../http/endpoint.js';
import type { StreamEndpoint } from '../http/stream-endpoint.js';
import { pauseAccount } from './account/pause-account.js';
import { resumeAccount } from './account/resume-account.js';
import { editAccount } from './account/edit-account.js';
import { getAccount } from './account/get-account.js';
import { createCompany } from './companies/create-company.js';
import { deleteCompany } from './companies/delete-company.js';
import { editCompany } from './companies/edit-company.js';
import { getCompany } from './companies/get-company.js';
import { listCompanies } from './companies/list-companies.js';
import { upsertCompany } from './companies/upsert-company.js';
import { bulkUpsertContacts } from './contacts/bulk-upsert-contacts.js';
import { createContact } from './contacts/create-contact.js';
import { deleteContact } from './contacts/delete-contact.js';
import { editContact } from './contacts/edit-contact.js';
import { exportContact } from './contacts/export-contact.js';
import { getContact } from './contacts/get-contact.js';
import { searchContacts } from './contacts/search-contacts.js';
import { listContacts } from './contacts/list-contacts.js';
import { upsertContact } from './contacts/upsert-contact.js';
import { createEnrollment } from './enrollments/create-enrollment.js';
import { getEnrollment } from './enrollments/get-enrollment.js';
import { getEmail } from './emails/get-email.js';
import { listEnrollmentEmails } from './enrollments/list-emails.js';
import { getTimeline } from './enrollments/get-timeline.js';
import { listEnrollments } from './enrollments/list-enrollments.js';
import { previewEnrollments } from './enrollments/preview-enrollments.js';
import { pauseEnrollment } from './enrollments/pause-enrollment.js';
import { resumeEnrollment } from './enrollments/resume-enrollment.js';
import { restartEnrollmentRun } from './enrollments/restart-run.js';
import { skipStep } from './enrollments/skip-step.js';
import { unenrollMany } from './enrollments/unenroll-many.js';
import { unenrollEnrollment } from './enrollments/unenroll-enrollment.js';
import { createBulkEnrollment } from './bulk-enrollments/create-bulk-enrollment.js';
import { listBulkEnrollments } from './bulk-enrollments/list-bulk-enrollments.js';
import { getBulkEnrollment } from './bulk-enrollments/get-bulk-enrollment.js';
import { patchBulkEnrollment } from './bulk-enrollments/edit-bulk-enrollment.js';
import { deleteBulkEnrollment } from './bulk-enrollments/delete-bulk-enrollment.js';
import { listBulkItems } from './bulk-enrollments/list-items.js';
import { addBulkItems } from './bulk-enrollments/add-items.js';
import { patchBulkItem } from './bulk-enrollments/edit-item.js';
import { removeBulkItem } from './bulk-enrollments/remove-item.js';
import { dryRunBulkEnrollment } from './bulk-enrollments/dry-run.js';
import { confirmBulkItem } from './bulk-enrollments/confirm-item.js';
import { confirmBulkEnrollment } from './bulk-enrollments/confirm-bulk-enrollment.js';
import { cancelBulkEnrollment } from './bulk-enrollments/cancel-bulk-enrollment.js';
import { createHolidayCalendar } from './holiday-calendars/create-holiday-calendar.js';
import { deleteHolidayCalendar } from './holiday-calendars/delete-holiday-calendar.js';
import { editHolidayCalendar } from './holiday-calendars/edit-holiday-calendar.js';
import { getHolidayCalendar } from './holiday-calendars/get-holiday-calendar.js';
import { listHolidayCountries } from './holiday-calendars/list-countries.js';
import { listHolidayCalendars } from './holiday-calendars/list-holiday-calendars.js';
import { refreshHolidayCalendar } from './holiday-calendars/refresh-holiday-calendar.js';
import { reportEvent } from './events/report-event.js';
import { listEvents } from './events/list-events.js';
import { addListMembers } from './lists/add-members.js';
import { convertList } from './lists/convert-list.js';
import { createList } from './lists/create-list.js';
import { deleteList } from './lists/delete-list.js';
import { editList } from './lists/edit-list.js';
import { getList } from './lists/get-list.js';
import { listLists } from './lists/list-lists.js';
import { listListMembers } from './lists/list-members.js';
import { removeListMember } from './lists/remove-member.js';
import { listLog } from './log/list-log.js';
import { createProperty } from './properties/create-property.js';
import { deleteProperty } from './properties/delete-property.js';
import { editProperty } from './properties/edit-property.js';
import { getProperty } from './properties/get-property.js';
import { listProperties } from './properties/list-properties.js';
import { createTaskQueue } from './task-queues/create-task-queue.js';
import { deleteTaskQueue } from './task-queues/delete-task-queue.js';
import { editTaskQueue } from './task-queues/edit-task-queue.js';
import { getTaskQueue } from './task-queues/get-task-queue.js';
import { listTaskQueues } from './task-queues/list-task-queues.js';
import { completeTask } from './tasks/complete-task.js';
import { editTask } from './tasks/edit-task.js';
import { getTask } from './tasks/get-task.js';
import { getTaskDraft } from './tasks/get-task-draft.js';
import { listTasks } from './tasks/list-tasks.js';
import { sendTask } from './tasks/send-task.js';
import { patchMailbox } from './mailboxes/edit-mailbox.js';
import { getCapacity } from './mailboxes/get-capacity.js';
import { getSendingStatus } from './mailboxes/get-sending-status.js';
import { createMailbox } from './mailboxes/create-mailbox.js';
import { getMailbox } from './mailboxes/get-mailbox.js';
import { listMailboxes } from './mailboxes/list-mailboxes.js';
import { upsertMailbox } from './mailboxes/upsert-mailbox.js';
import { archiveSequence } from './sequences/archive-sequence.js';
import { unarchiveSequence } from './sequences/unarchive-sequence.js';
import { getSequenceSendingStatus } from './sequences/get-sending-status.js';
import { pauseSequence } from './sequences/pause-sequence.js';
import { resumeSequence } from './sequences/resume-sequence.js';
import { bulkShareSequences } from './sequences/bulk-share-sequences.js';
import { createSequence } from './sequences/create-sequence.js';
import { compareVersions } from './sequences/compare-versions.js';
import { copySequence } from './sequences/copy-sequence.js';
import { deleteSequence } from './sequences/delete-sequence.js';
import { previewImpact } from './sequences/preview-impact.js';
import { removeStep } from './sequences/delete-step.js';
import { patchSequence } from './sequences/edit-sequence.js';
import { patchStep } from './sequences/edit-step.js';
import { getSequence } from './sequences/get-sequence.js';
import { getSharing } from './sequences/get-sharing.js';
import { getVersion } from './sequences/get-version.js';
import { listSequences } from './sequences/list-sequences.js';
import { listVersions } from './sequences/list-versions.js';
import { orderSteps } from './sequences/order-steps.js';
import { putSharing } from './sequences/put-sharing.js';
import { simulateSequence } from './sequences/simulate-sequence.js';
import { replaceSequence } from './sequences/replace-sequence.js';
import { restoreVersion } from './sequences/restore-version.js';
import { createFolder } from './folders/create-folder.js';
import { deleteFolder } from './folders/delete-folder.js';
import { listFolders } from './folders/list-folders.js';
import { renameFolder } from './folders/rename-folder.js';
import { getSequenceTemplate } from './sequence-templates/get-sequence-template.js';
import { listSequenceTemplates } from './sequence-templates/list-sequence-templates.js';
import { createSnippet } from './snippets/create-snippet.js';
import { deleteSnippet } from './snippets/delete-snippet.js';
import { patchSnippet } from './snippets/edit-snippet.js';
import { getSnippet } from './snippets/get-snippet.js';
import { listSnippets } from './snippets/list-snippets.js';
import { createTemplate } from './templates/create-template.js';
import { deleteTemplate } from './templates/delete-template.js';
import { patchTemplate } from './templates/edit-template.js';
import { getTemplate } from './templates/get-template.js';
import { listTemplates } from './templates/list-templates.js';
import { previewTemplate } from './templates/preview-template.js';
import { createSuppression } from './suppressions/create-suppression.js';
import { deleteSuppression } from './suppressions/delete-suppression.js';
import { listSuppressions } from './suppressions/list-suppressions.js';
import { apiKeyEndpoints } from './api-keys/index.js';
import { teamEndpoints } from './teams/index.js';
import { createUser } from './users/create-user.js';
import { getUser } from './users/get-user.js';
import { deleteUser } from './users/delete-user.js';
import { editUser } from './users/edit-user.js';
import { listUsers } from './users/list-users.js';
import { createAbsence } from './users/create-absence.js';
import { deleteAbsence } from './users/delete-absence.js';
import { listAbsences } from './users/list-absences.js';
import { deactivateUser } from './users/deactivate-user.js';
import { reactivateUser } from './users/reactivate-user.js';
import { upsertUser } from './users/upsert-user.js';

/** Every endpoint with a JSON body or none, in the order of the documentation. */
export const endpoints: readonly Endpoint[] = [
  getAccount,
  editAccount,
  createUser,
  listUsers,
  upsertUser,
  createAbsence,
  listAbsences,
  deleteAbsence,
  deactivateUser,
  reactivateUser,
  getUser,
  editUser,
  ...teamEndpoints,
  createMailbox,
  upsertMailbox,
  listMailboxes,
  getMailbox,
  patchMailbox,
  getCapacity,
  getSendingStatus,
  createCompany,
  upsertCompany,
  listCompanies,
  getCompany,
  editCompany,
  createContact,
  upsertContact,
  listContacts,
  searchContacts,
  getContact,
  exportContact,
  editContact,
  createProperty,
  listProperties,
  getProperty,
  editProperty,
  deleteProperty,
  createList,
  listLists,
  getList,
  editList,
  convertList,
  listListMembers,
  addListMembers,
  removeListMember,
  deleteList,
  createSuppression,
  listSuppressions,
  deleteSuppression,
  bulkShareSequences,
  // Listed before the paths with an id, which would take its name for an id.
  listHolidayCountries,
  createHolidayCalendar,
  listHolidayCalendars,
  getHolidayCalendar,
  editHolidayCalendar,
  refreshHolidayCalendar,
  deleteHolidayCalendar,
  createFolder,
  listFolders,
  renameFolder,
  deleteFolder,
  createTemplate,
  listTemplates,
  getTemplate,
  patchTemplate,
  deleteTemplate,
  previewTemplate,
  createSnippet,
  listSnippets,
  getSnippet,
  patchSnippet,
  deleteSnippet,
  listSequenceTemplates,
  getSequenceTemplate,
  createSequence,
  listSequences,
  getSequence,
  replaceSequence,
  patchSequence,
  orderSteps,
  patchStep,
  removeStep,
  getSharing,
  putSharing,
  previewImpact,
  simulateSequence,
  copySequence,
  archiveSequence,
  unarchiveSequence,
  getSequenceSendingStatus,
  pauseSequence,
  resumeSequence,
  pauseAccount,
  resumeAccount,
  deleteSequence,
  deleteContact,
  deleteCompany,
  deleteUser,
  listVersions,
  getVersion,
  compareVersions,
  restoreVersion,
  previewEnrollments,
  createEnrollment,
  listEnrollments,
  getEnrollment,
  getTimeline,
  listEnrollmentEmails,
  getEmail,
  pauseEnrollment,
  resumeEnrollment,
  restartEnrollmentRun,
  skipStep,
  unenrollMany,
  unenrollEnrollment,
  createBulkEnrollment,
  listBulkEnrollments,
  getBulkEnrollment,
  patchBulkEnrollment,
  listBulkItems,
  addBulkItems,
  patchBulkItem,
  removeBulkItem,
  dryRunBulkEnrollment,
  confirmBulkItem,
  confirmBulkEnrollment,
  cancelBulkEnrollment,
  deleteBulkEnrollment,
  listTasks,
  getTask,
  editTask,
  completeTask,
  getTaskDraft,
  sendTask,
  createTaskQueue,
  listTaskQueues,
  getTaskQueue,
  editTaskQueue,
  deleteTaskQueue,
  listEvents,
  reportEvent,
  listLog,
  ...apiKeyEndpoints,
];

/** Every endpoint whose body and answer are streamed. */
export const streamEndpoints: readonly StreamEndpoint[] = [bulkUpsertContacts];
