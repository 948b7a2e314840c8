/** Every change of what a running workflow does, by the id that its history carries, with the reason. */
export const patches = {
  /** The sweeper sends task reminders too; a round that began before the change must end as it began. */
  sweepReminders: 'sweep-reminders',
  /** A pause may end by itself, by a timer; a run that waited without one while an older release had it waits on as it did. */
  pauseUntil: 'pause-until',
} as const;
