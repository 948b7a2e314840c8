import { setTimeout as delay } from 'node:timers/promises';
import { later } from '../../domain/time/instant.js';
import type { Instant } from '../../domain/time/types.js';
import { goesOn, readLives, type Life } from './life.js';
import { scenes, type Scene } from './scenes.js';
import type { Stage } from './stage.js';
import type { StoryClock } from './story-clock.js';
import { moveAll } from './time-machine.js';

/** Called for each event, as it happens. */
export interface Narrator {
  /** The lives as they are now. */
  seen(lives: readonly Life[]): void;
  scene(scene: Scene, life: Life, at: Instant): void;
}

interface Event {
  readonly at: Instant;
  readonly scene?: { readonly scene: Scene; readonly life: Life };
}

/** How far past a step's time the story is moved, so that the step is over when it stops there. */
const marginMs = 5_000;
const pollMs = 25;
const settleLimitMs = 20_000;
/** The story has some fifty events; if there are more than this, it does not end. */
const maxEvents = 300;

/**
 * Plays the story to its end. It knows no dates: again and again it asks the API what comes next, moves everything to
 * that time, and plays the scene. Next is an enrollment's next step, or a scene whose time is known by now.
 */
export async function playStory(
  stage: Stage,
  clock: StoryClock,
  first: readonly Life[],
  narrator: Narrator,
): Promise<readonly Life[]> {
  const played = new Set<string>();
  // Workflows begin at the machine's time, while the story may begin at another.
  await moveAll(stage, clock, idsOf(first), clock.now());
  let lives = await settled(stage, clock, first);
  for (let events = 0; events < maxEvents; events += 1) {
    narrator.seen(lives);
    const event = nextEvent(lives, played);
    if (event === undefined) return lives;
    await moveAll(stage, clock, idsOf(lives.filter(goesOn)), event.at);
    lives = await settled(stage, clock, lives);
    if (event.scene === undefined) continue;
    narrator.seen(lives);
    const { scene, life } = event.scene;
    played.add(scene.id);
    narrator.scene(scene, life, event.at);
    await scene.play(stage.api, life);
    lives = await settled(stage, clock, lives);
  }
  throw new Error(`after ${maxEvents} events the story is not over`);
}

function idsOf(lives: readonly Life[]): readonly string[] {
  return lives.map(({ enrollment }) => enrollment.id);
}

/** The earliest thing to come; undefined when all is over, or when everything left waits for what will not come. */
function nextEvent(lives: readonly Life[], played: ReadonlySet<string>): Event | undefined {
  const events = lives.filter(goesOn).flatMap((life): readonly Event[] => {
    const nextAt = life.enrollment.nextAction?.at;
    const own = scenes.filter(({ id, role }) => role === life.person.role && !played.has(id));
    return [
      ...(nextAt === undefined ? [] : [{ at: later(nextAt, marginMs) }]),
      ...own.flatMap((scene) => {
        const at = scene.at(life);
        return at === undefined ? [] : [{ at, scene: { scene, life } }];
      }),
    ];
  });
  return events.reduce<Event | undefined>(
    (earliest, event) => (earliest && earliest.at <= event.at ? earliest : event),
    undefined,
  );
}

/** The lives once nothing is overdue any more; what falls due at this very moment takes a moment to run. */
async function settled(
  { api }: Stage,
  clock: StoryClock,
  before: readonly Life[],
): Promise<readonly Life[]> {
  const deadline = performance.now() + settleLimitMs;
  for (;;) {
    const lives = await readLives(api, before);
    const overdue = lives.find(
      ({ enrollment }) => (enrollment.nextAction?.at ?? '~') < clock.now(),
    );
    if (overdue === undefined) return lives;
    if (performance.now() > deadline) {
      const { person, enrollment } = overdue;
      throw new Error(`${person.firstName} ${person.lastName} is stuck: ${enrollment.explanation}`);
    }
    await delay(pollMs);
  }
}
