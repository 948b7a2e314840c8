/**
 * What the work comes to. Rejects with what `late` makes when it takes longer than `limitMs`; the work itself is then left alone,
 * and whatever it comes to is nobody's.
 */
export async function answerWithin<T>(
  limitMs: number,
  work: () => Promise<T>,
  late: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(late());
    }, limitMs);
  });
  try {
    return await Promise.race([work(), limit]);
  } finally {
    clearTimeout(timer);
  }
}
