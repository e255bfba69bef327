import process from 'node:process';

/** True in `npm run test:soak`, which has time. */
const isSoak = (process.env['OPERANDI_TEST_SOAK'] ?? '') !== '';

/** How much to try of what is slow by design: the usual size, or the full one of a soak. */
export function sized<Size>(usual: Size, full: Size): Size {
  return isSoak ? full : usual;
}

/** What the random faults of a run begin with; a soak has another one each time, and both may be told which. */
export const chaosSeed: number = Number(
  process.env['OPERANDI_TEST_SEED'] ?? sized(14, Date.now() % 1_000_000),
);
