import { useSyncExternalStore } from 'react';

import { currentLanguage } from '../app/language.ts';

/** A moment as people say it, with the exact one in its title. */
export function Time({ at }: { readonly at: string }) {
  const now = useSyncExternalStore(subscribe, () => tick);
  return (
    <time dateTime={at} title={exactTime(at)}>
      {relativeTime(Date.parse(at), now)}
    </time>
  );
}

/** A moment that one plans with: exact, and how far away. */
export function NearTime({ at }: { readonly at: string }) {
  const now = useSyncExternalStore(subscribe, () => tick);
  return (
    <>
      <time dateTime={at}>{exactTime(at)}</time>{' '}
      <span className="quiet">{relativeTime(Date.parse(at), now)}</span>
    </>
  );
}

/** The zone of whoever reads. */
export function readersZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What clocks of a zone show at a moment, and what they are ahead of UTC; in UTC where the browser does not know the zone. */
export function zonedTime(at: string, timeZone: string): string {
  const style: Intl.DateTimeFormatOptions = {
    ...({ year: 'numeric', month: 'short', day: 'numeric' } as const),
    ...({ hour: '2-digit', minute: '2-digit', timeZoneName: 'shortOffset' } as const),
  };
  const format = (zone: string): string =>
    new Intl.DateTimeFormat(currentLanguage(), { ...style, timeZone: zone }).format(new Date(at));
  try {
    return format(timeZone);
  } catch {
    return format('UTC');
  }
}

export function exactTime(at: string): string {
  return new Intl.DateTimeFormat(currentLanguage(), {
    dateStyle: 'medium',
    timeStyle: 'medium',
  }).format(new Date(at));
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

export function relativeTime(at: number, now: number): string {
  const left = at - now;
  const format = new Intl.RelativeTimeFormat(currentLanguage(), {
    numeric: 'auto',
    style: 'short',
  });
  const [unit, ms] = units.find(([, size]) => Math.abs(left) >= size) ?? ['second', 1_000];
  return format.format(Math.trunc(left / ms), unit);
}

// One clock for all moments on the page.
let tick = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    tick = Date.now();
    for (const told of listeners) told();
  }, 5_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000)
    return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
  if (ms < 86_400_000)
    return `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`;
  return `${Math.floor(ms / 86_400_000)} d ${Math.round((ms % 86_400_000) / 3_600_000)} h`;
}
