import { reserveSend, type Reservation } from '../../src/activities/sending/reserve-send.js';
import { due, transactionsOf } from '../../src/activities/transact.js';
import { enterData, settleSend } from '../../src/activities/sending/settle-send.js';
import type { EndPauseInput, RunStepInput } from '../../src/contract/activities.js';
import { newId } from '../../src/db/new-id.js';
import { lockEnrollment } from '../../src/db/queries/enrollments/read.js';
import { saveDecision } from '../../src/db/queries/enrollments/save.js';
import type { EmailSendRow } from '../../src/db/queries/email-sends.js';
import { insertTask } from '../../src/db/queries/tasks.js';
import { awaitTask } from '../../src/domain/enrollment/progress.js';
import type { TaskKind } from '../../src/domain/sequence/step.js';
import type { EnrollmentStatus } from '../../src/domain/enrollment/status.js';
import type { SubmitOutcome } from '../../src/mail/outgoing/port.js';
import { endDuePause } from '../../src/usecases/enrollment/end-pause.js';
import type { TestApi } from './api.js';
import { activityDeps, termsAt } from './activity-deps.js';

/** Runs steps in Postgres as the activities do, one transaction at a time, with no worker and no mail server. */
export interface StepRunner {
  reserve(input: RunStepInput): Promise<Reservation>;
  enterData(leased: EmailSendRow, at?: string): Promise<'go' | 'stop'>;
  settle(leased: EmailSendRow, outcome: SubmitOutcome, at: string): Promise<EnrollmentStatus>;
  /** Sends the email of a step from its reservation to the server's answer. */
  send(input: RunStepInput): Promise<EnrollmentStatus>;
  /** Creates the task of a step that is waited for; a call unless another kind is named. */
  awaitTask(input: RunStepInput, kind?: TaskKind): Promise<string>;
  /** Ends a pause whose time has come. */
  endPause(input: EndPauseInput): Promise<EnrollmentStatus>;
}

export const accepted: SubmitOutcome = { kind: 'accepted', reply: '250 OK' };

/** The lease of a reservation that went well. */
export function leasedOf(reservation: Reservation): EmailSendRow {
  if (reservation.kind !== 'leased') throw new Error(`not leased but ${reservation.kind}`);
  return reservation.lease;
}

export function createStepRunner({ db }: TestApi, sendLeaseMs = 60_000): StepRunner {
  const deps = activityDeps(db, sendLeaseMs);
  const runner: StepRunner = {
    reserve: (input) => db.transaction((tx) => reserveSend(tx, input, deps, termsAt(input.at))),
    enterData: (leased, at = leased.reservedAt) =>
      db.transaction((tx) => enterData(tx, leased, at)),
    settle: (leased, outcome, at) => db.transaction((tx) => settleSend(tx, leased, outcome, at)),
    send: async (input) => {
      const leased = leasedOf(await runner.reserve(input));
      if ((await runner.enterData(leased)) === 'stop') throw new Error('the send was stopped');
      return runner.settle(leased, accepted, input.at);
    },
    endPause: ({ accountId, enrollmentId, at }) =>
      transactionsOf(deps, { ...due, accountId, now: () => at })((act) =>
        endDuePause(act, enrollmentId),
      ),
    awaitTask: ({ accountId, enrollmentId, stepId, at }, kind = 'call') =>
      db.transaction(async (tx) => {
        const locked = await lockEnrollment(tx, accountId, enrollmentId);
        if (locked === undefined) throw new Error(`no enrollment ${enrollmentId}`);
        const id = newId(at);
        const { contactId, taskAssigneeId: assigneeId } = locked.row;
        const fields = { kind, title: 'Call', notes: '', priority: 'none' } as const;
        const happening = { at, ...due };
        await insertTask(tx, {
          ...fields,
          ...{ accountId, id, enrollmentId, stepId, contactId, assigneeId },
          waitsForCompletion: true,
          createdAt: at,
          dueAt: at,
        });
        await saveDecision(
          tx,
          locked,
          awaitTask(locked, stepId, happening, { taskId: id, dueAt: at }),
        );
        return id;
      }),
  };
  return runner;
}
