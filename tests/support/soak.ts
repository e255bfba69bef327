import process from 'node:process';

/** True in `npm run test:soak`, which has time: then what is slow by design runs at its full size. */
export const isSoak = (process.env['OPERANDI_TEST_SOAK'] ?? '') !== '';

/** How much of something to try: the usual size, or the full one of a soak. */
export function sized<Size>(usual: Size, full: Size): Size {
  return isSoak ? full : usual;
}
