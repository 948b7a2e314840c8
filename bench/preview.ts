import { showPlayedStep } from '../src/api/shapes/simulation.js';
import { noHolidays } from '../src/domain/enrollment/enrollment.js';
import { playThrough } from '../src/domain/enrollment/play-through/play-through.js';
import { defaultSettings, type SequenceDefinition } from '../src/domain/sequence/definition.js';
import type { Step } from '../src/domain/sequence/step.js';
import type { Instant } from '../src/domain/time/types.js';
import { conversionsFor, convertAll, perSecond, zones } from './planning.js';
import { figureOf, type Figure, type Round } from './support/figure.js';

const contacts = 10_000;
const rounds = 3;

const delays = [0, 2, 1, 3, 0, 4, 5, 2, 7, 3] as const;

/** Ten steps, emails and tasks in turn; nothing is waited for, so that each has a date. */
const definition: SequenceDefinition = {
  steps: delays.map((delayDays, index): Step => {
    const id = `s${index}`;
    return index % 3 === 2
      ? {
          ...{ id, kind: 'call', delayDays, title: 'Call', notes: '' },
          ...{ priority: 'none', waitsForCompletion: false },
        }
      : {
          ...{ id, kind: 'automated_email', delayDays, threading: { kind: 'new' } },
          email: { subject: 'Hello', html: '<p>Hello</p>' },
        };
  }),
  settings: defaultSettings,
};

interface Person {
  readonly at: Instant;
  readonly timeZone: string;
}

/**
 * How many contacts a second a sequence of ten steps is previewed for, without the database: played through from the first
 * step to the end, with each date in the contact's zone and its reasons in words; against luxon's bare conversions for the
 * same dates, as for planning.
 */
export function measurePreview(): Promise<readonly Figure[]> {
  const people = makePeople();
  const conversions = people.flatMap(({ at, timeZone }) => {
    const dates = preview({ at, timeZone }).map(({ plannedAt }) => plannedAt ?? at);
    return conversionsFor(at, dates, timeZone);
  });
  convertAll(conversions);
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const baseline = perSecond(() => {
      convertAll(conversions);
    });
    const value = perSecond(() => {
      for (const person of people) preview(person);
    });
    measured.push({ value, baseline });
  }
  return Promise.resolve([
    figureOf(
      { name: 'preview: ten steps, played through and explained', unit: 'contacts/s' },
      measured,
    ),
  ]);
}

/** Contacts of all zones in turn, who begin at times spread over a year. */
function makePeople(): readonly Person[] {
  return Array.from({ length: contacts }, (_, index) => ({
    at: new Date(Date.UTC(2026, 0, 1) + index * 52 * 60_000 + (index % 997)).toISOString(),
    timeZone: zones[index % zones.length] ?? 'UTC',
  }));
}

function preview({ at, timeZone }: Person): readonly ReturnType<typeof showPlayedStep>[] {
  const { steps } = playThrough({
    ...{ definition, timeZone, holidays: noHolidays, at },
    ...{ script: [], completeTasksAfterDays: 0 },
  });
  if (steps.some(({ outcome }) => outcome !== 'done')) throw new Error('a step was not played');
  return steps.map((step) => showPlayedStep(step, timeZone));
}
