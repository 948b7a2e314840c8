import { applyMessage, endWithCompany } from '../apply-message.js';
import type { Decision, EnrollmentCase, Refusal } from '../enrollment.js';
import type { EnrollmentMessage } from '../message.js';
import { invalid } from '../pause.js';
import type { Happening } from '../progress.js';
import type { MeetingOrigin } from '../stopping.js';
import type { ScriptedEvent } from './script.js';

/** The steps whose tasks have been created; a task has the id of its step. */
type Created = ReadonlySet<string>;

/** What a scripted event does, by the same decisions as for a real enrollment. */
export function tell(
  current: EnrollmentCase,
  event: ScriptedEvent,
  at: string,
  created: Created,
): Decision | Refusal {
  const asked: Happening = { at, actor: { kind: 'operator' }, cause: { kind: 'request' } };
  const reported: Happening = { at, actor: { kind: 'operator' }, cause: { kind: 'event' } };
  const say = (message: Omit<EnrollmentMessage, 'messageId'>, happening = asked) =>
    applyMessage(current, { messageId: '', ...message }, happening);
  switch (event.type) {
    case 'reply':
      return say({ type: 'reply' }, reported);
    case 'meeting':
      return say({ type: 'meeting', ...originOf(event.via) }, reported);
    case 'company_reply':
      return endWithCompany(current, { type: 'reply' }, reported);
    case 'company_meeting':
      return endWithCompany(current, { type: 'meeting' }, reported);
    case 'pause':
      return say({ type: 'pause', ...(event.until !== undefined && { until: event.until }) });
    case 'out_of_office':
      return say({ type: 'outOfOffice', ...returnOf(event.returnAt) }, reported);
    case 'skip_step':
      return say({
        type: 'skipStep',
        ...(event.stepId !== undefined && { stepId: event.stepId }),
      });
    case 'complete_task':
      return created.has(event.stepId)
        ? say({ type: 'completeTask', taskId: event.stepId })
        : invalid(`the task of step "${event.stepId}" is not there yet`);
    default:
      return say({ type: event.type });
  }
}

function originOf(via: MeetingOrigin | undefined): Pick<EnrollmentMessage, 'via'> {
  return via === undefined ? {} : { via };
}

function returnOf(returnAt: string | undefined): Pick<EnrollmentMessage, 'returnAt'> {
  return returnAt === undefined ? {} : { returnAt };
}
