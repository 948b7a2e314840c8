import { applyMessage } from '../apply-message.js';
import type { Decision, EnrollmentCase, Refusal } from '../enrollment.js';
import type { EnrollmentMessage } from '../message.js';
import { hasEnded, invalid } from '../pause.js';
import { end, type Happening } from '../progress.js';
import { isLive } from '../state.js';
import { companyReason, ownReason, type Stopping } from '../stopping.js';
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
      return stop(current, { type: 'reply', via: 'logged' }, reported);
    case 'meeting':
      return stop(current, { type: 'meeting', via: 'link' }, reported);
    case 'company_reply':
      return stopByCompany(current, 'reply', reported);
    case 'company_meeting':
      return stopByCompany(current, 'meeting', reported);
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

function returnOf(returnAt: string | undefined): Pick<EnrollmentMessage, 'returnAt'> {
  return returnAt === undefined ? {} : { returnAt };
}

function stop(
  current: EnrollmentCase,
  stopping: Stopping,
  happening: Happening,
): Decision | Refusal {
  if (!isLive(current.standing.state)) return hasEnded();
  return end(current, { state: 'unenrolled', reason: ownReason(stopping) }, happening);
}

function stopByCompany(
  current: EnrollmentCase,
  type: Stopping['type'],
  happening: Happening,
): Decision | Refusal {
  if (!isLive(current.standing.state)) return hasEnded();
  if (!current.definition.settings.unenrollCompany) {
    return invalid('its sequence does not end with the company (settings.unenrollCompany is off)');
  }
  return end(current, { state: 'unenrolled', reason: companyReason({ type }) }, happening);
}
