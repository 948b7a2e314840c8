/**
 * Every change of what a running workflow does, by the id that its history carries, with the reason. A worker that is told to
 * (CADENZA_INACTIVE_PATCHES) begins none of them anew, so that a release which does not know it can still take over.
 */
export const patches = {
  /** A pause may end by a timer; a run that began to wait without one, under an older release, goes on waiting without one. */
  pauseUntil: 'pause-until',
  /** A run shows in `WaitingFor` that its step fails; asked only where one fails, so that it costs other runs nothing. */
  showRetry: 'show-retry',
} as const;
