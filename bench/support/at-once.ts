/** Does it `count` times, by so many callers at once. */
export async function atOnce(
  callers: number,
  count: number,
  act: () => Promise<void>,
): Promise<void> {
  let left = count;
  const call = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await act();
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
}
