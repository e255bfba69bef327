/*
 * Loaded before anything else of a process: its clock jumps by an hour, forth and back, at the same moments in all of its
 * threads. Timers go by another clock, as they do when an administrator sets the time.
 */
const periodMs = 5_000;
const hourMs = 3_600_000;
const Real = Date;

const offset = (): number => {
  const turn = Math.floor(Number(process.hrtime.bigint() / 1_000_000n) / periodMs) % 3;
  return (turn - 1) * hourMs;
};
const now = (): number => Real.now() + offset();

globalThis.Date = new Proxy(Real, {
  get: (target, name): unknown => (name === 'now' ? now : Reflect.get(target, name)),
  apply: () => new Real(now()).toString(),
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
});
