import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import type { CallRequest } from '../host.ts';
import { textOf } from '../json-text.ts';
import { WorkflowError } from '../problem.ts';
import { hiddenText, redactTexts, secretTexts } from '../redact.ts';
import { concealAnswer } from './conceal.ts';
import { hideMessages } from './hide-messages.ts';
import type { MarkedValues, Markers } from './markers.ts';
import { reveal } from './reveal.ts';

/**
 * The secrets of one run. The run knows only markers; a call gets the values, in the places where credentials belong, and
 * what comes back is shown to the run without them.
 */
export interface Vault {
  /** Takes a value in and gives what the run may know of it. */
  keep(name: string, value: JsonValue): JsonValue;
  /** The call with values for markers; throws where one stands elsewhere or was changed beyond recognition. */
  reveal(request: CallRequest): CallRequest;
  /** An answer without values of secrets, as far as they can be recognised. */
  conceal(request: CallRequest, answer: JsonValue): JsonValue;
  /** A value that leaves the run: without markers and without values. */
  hide<Value extends JsonValue>(value: Value): Value;
  hideText(text: string): string;
  /** An error of a call as the run and the log may know it. */
  hideError(error: unknown): unknown;
}

/** Empty; each value that is kept is hidden from then on. */
export function createVault(markers: Markers): Vault {
  const values = new Map<string, JsonValue>();
  const known = new Set<string>();
  let texts: readonly string[] = [];

  function keep(name: string, value: JsonValue): JsonValue {
    const { marked, values: added } = markers.mark(name, value);
    for (const [marker, each] of added) values.set(marker, each);
    for (const text of plainTexts(added)) known.add(text);
    texts = secretTexts(Object.fromEntries([...known].entries()));
    return marked;
  }

  const hide = <Value extends JsonValue>(value: Value): Value =>
    texts.length === 0 ? value : redactTexts(value, texts);
  const hideText = (text: string): string => withoutCutSecret(hide<string>(text), texts);

  return {
    keep,
    hide,
    hideText,
    reveal: (request) => (values.size === 0 ? request : reveal(request, values)),
    conceal(request, answer) {
      if (request.kind === 'authorization') return withoutToken(answer, keep);
      return texts.length === 0 ? answer : concealAnswer(request.kind, answer, texts);
    },
    hideError(error) {
      if (texts.length === 0) return error;
      // What caused it may repeat in its own words what is hidden here.
      if (error instanceof WorkflowError) {
        const { problem, isCatchable, origins } = error;
        const { detail, ...rest } = hide(problem);
        const hidden = detail === undefined ? rest : { ...rest, detail: hideText(detail) };
        return new WorkflowError(hidden, { isCatchable, origins });
      }
      hideMessages(error, hideText);
      return error;
    },
  };
}

/** Numbers are known by their digits; flags tell nothing. */
function plainTexts(values: MarkedValues): readonly string[] {
  return [...values].flatMap(([marker, value]) => [
    marker,
    ...(typeof value === 'boolean' ? [] : [textOf(value)]),
  ]);
}

/** A token that a peer has given for a secret is one itself. */
function withoutToken(answer: JsonValue, keep: Vault['keep']): JsonValue {
  if (!isJsonObject(answer)) return answer;
  const { parameter = null } = answer;
  return { ...answer, parameter: keep(`authorization ${textOf(parameter)}`, parameter) };
}

/** Beginnings of secrets are told from other words by so many characters. */
const shortestBeginning = 6;

/** Messages are cut where they get long, which may be within a secret. */
function withoutCutSecret(message: string, texts: readonly string[]): string {
  const end = message.endsWith('…') ? message.length - 1 : message.length;
  for (const text of texts)
    for (let length = text.length - 1; length >= shortestBeginning; length -= 1)
      if (message.endsWith(text.slice(0, length), end))
        return `${message.slice(0, end - length)}${hiddenText}`;
  return message;
}
