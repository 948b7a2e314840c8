import type { Instant } from '../../domain/time/types.js';
import { pad, paint } from '../shared/paint.js';
import type { Person } from './cast.js';
import type { Entry, Life } from './life.js';
import type { Narrator } from './play.js';
import { cityOf, nameOf, shortTime, wordsFor } from './words.js';

const dayMs = 86_400_000;

/** Prints the story while it happens, one line per event, in the time zone of the person it happens to. */
export function createNarrator(beganAt: Instant): Narrator {
  const told = new Set<string>();
  const line = (at: Instant, person: Person, text: string): void => {
    const day = Math.floor((Date.parse(at) - Date.parse(beganAt)) / dayMs);
    const when = `${shortTime(at, person.timeZone)} ${pad(cityOf(person.timeZone), 9)}`;
    console.log(
      `  ${paint('dim', `day ${pad(String(day), 2)} ${when}`)} ${pad(nameOf(person), 16)} ${text}`,
    );
  };
  return {
    seen: (lives) => {
      const news = lives.flatMap((life) => life.entries.map((entry) => ({ life, entry })));
      const fresh = news.filter(({ life, entry }) => !told.has(keyOf(life, entry)));
      fresh.sort((a, b) => a.entry.at.localeCompare(b.entry.at));
      for (const { life, entry } of fresh) {
        told.add(keyOf(life, entry));
        const words = wordsFor(entry, life.person.timeZone);
        if (words !== undefined) line(entry.at, life.person, coloured(entry, words));
      }
    },
    scene: (scene, { person }, at) => {
      line(at, person, paint('yellow', `» ${scene.told}`));
    },
  };
}

function keyOf({ enrollment }: Life, { number }: Entry): string {
  return `${enrollment.id}/${number}`;
}

function coloured({ type }: Entry, words: string): string {
  if (type === 'finished') return paint('green', words);
  return type === 'unenrolled' ? paint('cyan', words) : words;
}
