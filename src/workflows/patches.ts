/** Every change of what a running workflow does, by the id that its history carries, with the reason. */
export const patches = {
  /** A pause may end by a timer; a run that began to wait without one, under an older release, goes on waiting without one. */
  pauseUntil: 'pause-until',
} as const;
