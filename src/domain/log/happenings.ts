/**
 * What can stand in the log, by what it happened to. It is told to the outside as `<subject>.<type>`; only what happened to
 * an enrollment has names of its own.
 */
export const happenings = {
  contact: [
    ...['created', 'changed', 'company_joined', 'company_left', 'list_joined', 'list_left'],
    ...['opened', 'opted_out', 'erased'],
  ],
  company: ['created', 'changed', 'erased'],
  property: ['created', 'changed', 'deleted'],
  list: ['created', 'changed', 'converted', 'deleted'],
  suppression: ['added', 'removed'],
  sequence: [
    ...['created', 'changed', 'versioned', 'shared', 'paused', 'resumed'],
    ...['archived', 'unarchived', 'deleted'],
  ],
  folder: ['created', 'changed', 'deleted'],
  template: ['created', 'changed', 'deleted'],
  snippet: ['created', 'changed', 'deleted'],
  holiday_calendar: ['created', 'changed', 'refreshed', 'deleted'],
  task: ['changed', 'email_requested'],
  task_queue: ['created', 'changed', 'deleted'],
  mailbox: ['created', 'changed'],
  bulk: [
    ...['created', 'changed', 'items_added', 'item_changed', 'item_removed', 'item_confirmed'],
    ...['confirmed', 'cancelled', 'finished', 'deleted'],
  ],
  user: [
    ...['created', 'changed', 'deactivated', 'reactivated', 'absence_added', 'absence_removed'],
    'erased',
  ],
  team: ['created', 'changed', 'deleted'],
  account: ['created', 'changed', 'paused', 'resumed'],
  api_key: ['created', 'rotated', 'revoked'],
} as const;
