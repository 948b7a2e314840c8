import { z } from 'zod';
import { enrollmentReply } from '../../api/shapes/enrollment.js';
import { taskReply } from '../../api/shapes/task.js';
import { calendarOf, noHolidays } from '../../domain/enrollment/enrollment.js';
import { defaultSettings } from '../../domain/sequence/definition.js';
import { later } from '../../domain/time/instant.js';
import { planStep } from '../../domain/time/plan-step.js';
import type { Calendar, Instant, TimeZone } from '../../domain/time/types.js';
import type { ApiClient } from '../shared/api-client.js';
import { users, type Role } from './cast.js';
import { demoSequence } from '../../local/demo-sequence.js';
import { entryOf, type Entry, type Life } from './life.js';

/** Something that somebody does to an enrollment, once, at a time that the earlier story decides. */
export interface Scene {
  readonly id: string;
  readonly role: Role;
  /** The text that is told when it happens. */
  readonly told: string;
  /** When it happens, as soon as that is known. */
  readonly at: (life: Life) => Instant | undefined;
  readonly play: (api: ApiClient, life: Life) => Promise<void>;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** How late the late task is completed, and how long the pause is. */
export const lateMs = 5 * dayMs;
export const pauseMs = 7 * dayMs;

const [nora] = users;

export const scenes: readonly Scene[] = [
  {
    id: 'colleague-replies',
    role: 'colleague_replies',
    told: 'answers the first email; his colleague Yui is in the same sequence',
    at: (life) => after(entryOf(life, 'email_sent', 'intro'), 20 * hourMs),
    play: (api, life) => report(api, life, { type: 'reply', id: 'demo-reply-1' }),
  },
  {
    id: 'pause',
    role: 'paused',
    told: 'is travelling: Nora pauses the sequence, one business day into a delay of three',
    at: oneBusinessDayIn,
    play: (api, life) => tell(api, life, 'pause'),
  },
  {
    id: 'resume',
    role: 'paused',
    told: 'is back after a week: Nora resumes',
    at: (life) => after(entryOf(life, 'paused'), pauseMs),
    play: (api, life) => tell(api, life, 'resume'),
  },
  {
    id: 'replies',
    role: 'replies',
    told: 'answers the follow-up, five hours after it',
    at: (life) => after(entryOf(life, 'email_sent', 'follow-up'), 5 * hourMs),
    play: (api, life) => report(api, life, { type: 'reply', id: 'demo-reply-2' }),
  },
  {
    id: 'meets',
    role: 'meets',
    told: 'books a meeting through a link while a call task is open',
    at: (life) => after(entryOf(life, 'task_created', 'call'), 11 * hourMs),
    play: (api, life) => report(api, life, { type: 'meeting', via: 'link', id: 'demo-meeting-1' }),
  },
  callMade('finishes', 'the call is made, on the day it is due'),
  callMade('paused', 'the call is made, on the day it is due'),
  {
    id: 'late-call',
    role: 'late_task',
    told: 'the call is made, five days late',
    at: fiveDaysLate,
    play: completeCall,
  },
];

/** The calendar by which a contact's steps are planned. */
export function calendarIn(timeZone: TimeZone): Calendar {
  const settings = { ...defaultSettings, ...demoSequence.settings };
  return calendarOf({ definition: { steps: [], settings }, timeZone, holidays: noHolidays });
}

function callMade(role: Role, told: string): Scene {
  return {
    id: `call-of-${role}`,
    role,
    told,
    at: (life) => after(entryOf(life, 'task_created', 'call'), 10 * hourMs),
    play: completeCall,
  };
}

function oneBusinessDayIn(life: Life): Instant | undefined {
  const from = entryOf(life, 'email_sent', 'intro')?.data.plannedAt;
  if (from === undefined) return undefined;
  const oneDay = { kind: 'email', after: from, delayDays: 1 } as const;
  return planStep(oneDay, calendarIn(life.person.timeZone)).dueAt;
}

function fiveDaysLate(life: Life): Instant | undefined {
  const dueAt = entryOf(life, 'task_created', 'call')?.data.dueAt;
  return dueAt === undefined ? undefined : later(dueAt, lateMs);
}

function after(entry: Entry | undefined, ms: number): Instant | undefined {
  return entry && later(entry.at, ms);
}

async function report(api: ApiClient, { enrollment }: Life, event: object): Promise<void> {
  await api.post(z.unknown(), '/v1/events', { ...event, enrollmentId: enrollment.id });
}

async function tell(api: ApiClient, { enrollment }: Life, what: 'pause' | 'resume'): Promise<void> {
  await api.post(enrollmentReply, `/v1/enrollments/${enrollment.id}/${what}`, {}, nora.email);
}

async function completeCall(api: ApiClient, life: Life): Promise<void> {
  const taskId = entryOf(life, 'task_created', 'call')?.data.taskId ?? '';
  await api.post(taskReply, `/v1/tasks/${taskId}/complete`, {}, life.person.sender);
}
