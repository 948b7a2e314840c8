import type { Act } from '../act.js';

/**
 * How many workflows are told before the answer; the sweeper tells the others. Until then Postgres alone holds their
 * sends back.
 */
const toldAtOnce = 20;

/**
 * Has the gateway deliver what the outbox holds for some enrollments, once the act has been committed. None waits for
 * another, and of many only the first few are told now.
 */
export function passOn(act: Act, enrollmentIds: readonly string[]): void {
  const { accountId, ports } = act;
  act.afterCommit(() =>
    Promise.all(
      enrollmentIds
        .slice(0, toldAtOnce)
        .map((id) => ports.workflows.deliver({ kind: 'enrollment', accountId, id })),
    ),
  );
}
