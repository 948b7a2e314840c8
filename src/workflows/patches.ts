/** Every change of what a running workflow does, by the id that its history carries, with the reason. */
export const patches = {
  /** The sweeper sends task reminders too; a round that began before the change must end as it began. */
  sweepReminders: 'sweep-reminders',
  /** The sweeper deletes send slots that have had their day; a round that began before the change must end as it began. */
  sweepSlots: 'sweep-slots',
} as const;
