import type { Act } from '../act.js';

/** Has the gateway deliver what the outbox holds for an enrollment, once the act has been committed. */
export function passOn(act: Act, enrollmentId: string): void {
  passOnAll(act, [enrollmentId]);
}

/** The same for some enrollments at once. */
export function passOnAll(act: Act, enrollmentIds: readonly string[]): void {
  const { accountId, ports } = act;
  act.afterCommit(() =>
    Promise.all(
      enrollmentIds.map((id) => ports.workflows.deliver({ kind: 'enrollment', accountId, id })),
    ),
  );
}
