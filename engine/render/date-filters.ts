import type { Context, FilterImplOptions } from 'liquidjs';
import { strftime } from './strftime.ts';
import { instantOf, plainOf, zonedDate } from './zoned-date.ts';

/** What a rendering knows beside its data. */
export interface RenderingSettings {
  /** BCP 47, for names of months and days. */
  readonly locale: string;
  /** What `now` is, epoch milliseconds. */
  readonly now: number;
}

const settingsOf = new WeakMap<Context, RenderingSettings>();

/** Tells the filters for dates what they need in renderings with this context. */
export function setRendering(context: Context, settings: RenderingSettings): void {
  settingsOf.set(context, settings);
}

interface Wanted {
  readonly format: string;
  readonly zone?: unknown;
  readonly locale?: unknown;
}

function formatted(context: Context, value: unknown, { format, zone, locale }: Wanted): unknown {
  const settings = settingsOf.get(context) ?? { locale: 'en', now: Date.now() };
  const instant = instantOf(value, settings.now);
  if (instant === undefined) return value;
  context.memoryLimit.use(format.length);
  const wanted = typeof locale === 'string' ? locale : settings.locale;
  return strftime(zonedDate(instant, zone), format, wanted);
}

/** Days as people write them: `29 Nov 2026`, or with an ordinal and, for the US, the month first. */
function asWritten(month: string): FilterImplOptions {
  return function (value: unknown, type: unknown, style: unknown) {
    if (type !== 'ordinal') return formatted(this.context, value, { format: `%d ${month} %Y` });
    const format = style === 'US' ? `${month} %-d%q, %Y` : `%-d%q ${month} %Y`;
    return formatted(this.context, value, { format });
  };
}

/** What the filter prints that is told nothing. */
const usual = '%A, %B %-e, %Y at %-l:%M %P %z';

/** Filters for dates, the same whatever the zone and the language of the server. */
export const dateFilters: Readonly<Record<string, FilterImplOptions>> = {
  date(value: unknown, ...wishes: readonly unknown[]) {
    const [format, zone, locale] = wishes.map(plainOf);
    const isOwn = typeof format === 'string';
    return formatted(this.context, value, { format: isOwn ? format : usual, zone, locale });
  },
  date_to_xmlschema(value: unknown) {
    return formatted(this.context, value, { format: '%Y-%m-%dT%H:%M:%S%:z' });
  },
  date_to_rfc822(value: unknown) {
    return formatted(this.context, value, { format: '%a, %d %b %Y %H:%M:%S %z', locale: 'en' });
  },
  date_to_string: asWritten('%b'),
  date_to_long_string: asWritten('%B'),
};
