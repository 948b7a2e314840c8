import type { BulkState } from '../domain/bulk/bulk.js';
import type { OfInstallation } from './installation.js';
import type { Instant } from '../domain/time/types.js';

/** The workflow type of one bulk enrollment or import. */
export const bulkWorkflowType = 'bulkEnrollment';

/** The workflow id of a bulk enrollment. */
export function bulkWorkflowId(bulkId: string): string {
  return `bulk/${bulkId}`;
}

/** A bulk enrollment, and the account it belongs to. */
export interface BulkRef extends OfInstallation {
  readonly accountId: string;
  readonly bulkId: string;
}

/** How far a bulk enrollment has come. */
export interface BulkProgress {
  readonly state: BulkState;
  readonly pending: number;
  readonly enrolled: number;
  readonly refused: number;
  /** How long to wait before the next round, in milliseconds. */
  readonly waitMs: number;
}

/** What the workflow is started with, and what it hands on when its history grows too long. */
export interface BulkInput extends BulkRef {
  readonly progress: BulkProgress;
}

/** One round of a bulk enrollment, at the workflow's `at`. */
export interface BulkRoundInput extends BulkRef {
  readonly at: Instant;
}

/** Every activity may run twice, and answers with how far the bulk enrollment has come. */
export interface BulkActivities {
  /** Enrolls the next contacts in their order; the last of them finishes the bulk enrollment. */
  enrollItems(input: BulkRoundInput): Promise<BulkProgress>;
  /** Ends the bulk enrollment: nobody else is enrolled. */
  cancelBulk(input: BulkRoundInput): Promise<BulkProgress>;
}

/** What Temporal is told of a confirmed bulk enrollment: its run's input, and what operators filter by. */
export interface BulkStart {
  readonly input: BulkInput;
  readonly kind: string;
  readonly sequenceId: string;
  readonly sequenceName: string;
  readonly senderId: string;
}
