import type { Reference } from '../../db/queries/reference.js';
import type { MeetingOrigin } from '../../domain/enrollment/stopping.js';
import type { Instant } from '../../domain/time/types.js';

/** What somebody reports to have happened to one enrollment or one contact. */
export interface ReportedEvent {
  /** The reporter's own id; one id has one effect. */
  readonly id: string;
  /** Equal for equal reports. */
  readonly digest: string;
  /** Now without it. */
  readonly occurredAt?: Instant | undefined;
  readonly enrollmentId?: string | undefined;
  readonly contact?: Reference | undefined;
  readonly what:
    | { readonly type: 'reply' }
    | { readonly type: 'meeting'; readonly via: MeetingOrigin }
    | { readonly type: 'out_of_office'; readonly returnAt?: Instant | undefined }
    /** `automatic` when a machine opened it. */
    | { readonly type: 'open'; readonly automatic: boolean };
}
