/** Sending limits that nothing here ever meets. */
export const noLimits = {
  mailboxPerMinute: 100_000,
  mailboxPerDay: 100_000,
  userPerDay: 100_000,
} as const;
