import { isSecretName } from '../kernel/redact.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { setProperty } from './jq/values/objects.ts';
import { isJsonArray } from './json-text.ts';
import { secretTexts } from './redact.ts';

/** Shows values of a run to onlookers. */
export interface Previews {
  /** A copy without secrets that is cut where it gets long, at a cost that does not grow with the value. */
  show(value: JsonValue): JsonValue;
}

/** Characters of one preview, about. */
const maxLength = 2_000;
/** Characters of all previews of one job; later ones say only that they are cut. */
const maxTotal = 4_000_000;
const cut = '…';
const hidden = '[redacted]';

/** What is left of the one at work. */
interface Rest {
  length: number;
}

/** Previews of one run; a replay makes the same ones. */
export function createPreviews(secrets: JsonObject): Previews {
  const texts = secretTexts(secrets);
  const longest = Math.max(0, ...texts.map((text) => text.length));
  let total = maxTotal;

  /** Only so much is looked at as may be shown, and as a secret at the end of it needs to be known. */
  function text(value: string, rest: Rest): string {
    const length = Math.max(0, rest.length);
    const part = value.slice(0, length + longest);
    const clean = texts.reduce((known, secret) => known.replaceAll(secret, '***'), part);
    const isWhole = part.length === value.length;
    const safe = isWhole ? clean : clean.slice(0, Math.max(0, clean.length - longest));
    const shown = value.length > length ? safe.slice(0, length).toWellFormed() + cut : safe;
    rest.length -= shown.length + 2;
    return shown;
  }

  function list(items: readonly JsonValue[], rest: Rest): JsonValue {
    const shown: JsonValue[] = [];
    for (const item of items) {
      if (rest.length <= 0) return [...shown, more(items.length - shown.length)];
      shown.push(preview(item, rest));
    }
    return shown;
  }

  function fields(value: JsonObject, rest: Rest): JsonValue {
    const names = Object.keys(value);
    const shown: Record<string, JsonValue> = {};
    let count = 0;
    for (const name of names) {
      if (rest.length <= 0) {
        shown[cut] = more(names.length - count);
        break;
      }
      const label = text(name, rest);
      const item = value[name] ?? null;
      setProperty(
        shown,
        label,
        isSecretName(name) && isHidden(item) ? hidden : preview(item, rest),
      );
      count += 1;
    }
    return shown;
  }

  function preview(value: JsonValue, rest: Rest): JsonValue {
    if (typeof value === 'string') return text(value, rest);
    rest.length -= 8;
    if (isJsonArray(value)) return list(value, rest);
    return isJsonObject(value) ? fields(value, rest) : value;
  }

  return {
    show(value) {
      const before = Math.min(maxLength, total);
      if (before <= 0) return cut;
      const rest = { length: before };
      const shown = preview(value, rest);
      total -= before - rest.length;
      return shown;
    },
  };
}

function more(count: number): string {
  return `${cut} ${String(count)} more`;
}

/** Numbers and flags under such a name tell no secret. */
function isHidden(value: JsonValue): boolean {
  return (
    (typeof value === 'string' && value !== '') || (typeof value === 'object' && value !== null)
  );
}
