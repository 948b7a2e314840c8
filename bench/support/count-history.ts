import type { WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';

const { EventType } = proto.temporal.api.enums.v1;
const { HistoryEvent } = proto.temporal.api.history.v1;

/** What one finished run has cost. */
export interface HistoryCost {
  readonly events: number;
  readonly bytes: number;
  /** As Temporal Cloud bills them, without what it adds for fairness. */
  readonly actions: number;
  readonly byType: Readonly<Record<string, number>>;
}

/** What moves a workflow through time from outside leaves these; in production there are none. */
const leftByTimeSkipping: readonly number[] = [
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
];

/** One action each. An attempt after an activity's first is another one. */
const billed: readonly number[] = [
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
  EventType.EVENT_TYPE_TIMER_STARTED,
  EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED,
  EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
];

/** Counts the history of a run as the server holds it, without the events of time skipping. */
export async function countHistory(handle: WorkflowHandle): Promise<HistoryCost> {
  const history = await handle.fetchHistory();
  const events = (history.events ?? []).filter(
    ({ eventType }) => !leftByTimeSkipping.includes(eventType ?? 0),
  );
  const byType: Record<string, number> = {};
  let bytes = 0;
  let actions = 0;
  for (const event of events) {
    const type = event.eventType ?? 0;
    const name = EventType[type] ?? String(type);
    byType[name] = (byType[name] ?? 0) + 1;
    bytes += HistoryEvent.encode(event).finish().length;
    if (billed.includes(type)) actions += 1;
    actions += Math.max(0, (event.activityTaskStartedEventAttributes?.attempt ?? 1) - 1);
  }
  return { events: events.length, bytes, actions, byType };
}
