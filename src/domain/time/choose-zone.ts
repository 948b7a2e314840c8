import type { TimeZone } from './types.js';

/** The zones that an enrollment by a workflow can run in. */
export interface ZoneChoice {
  /** The workflow's switch "use the contact's time zone". */
  readonly useContactZone: boolean;
  /** Null when the contact has none. */
  readonly contactZone: TimeZone | null;
  readonly senderZone: TimeZone;
}

/**
 * The zone of an enrollment that a workflow makes: the contact's when the workflow says so and the contact has one (SET-16),
 * else the sender's (SET-19, SET-20), never the account's. The caller must have checked the names.
 */
export function chooseTimeZone({ useContactZone, contactZone, senderZone }: ZoneChoice): TimeZone {
  return useContactZone && contactZone !== null ? contactZone : senderZone;
}
