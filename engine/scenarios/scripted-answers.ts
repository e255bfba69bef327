import type { JsonValue } from '../../kernel/json.ts';
import { addDuration, parseDuration } from '../duration.ts';
import { includes } from './match.ts';
import type { ScriptedAnswer } from './scenario-document.ts';
import { calledText, isCalled, type SentCall } from './sent-call.ts';

/** Finds what a scenario answers to calls: the first answer that fits and has not been given as often as it may. */
export interface ScriptedAnswers {
  /** Throws `ScenarioGap` where there is none. */
  to(call: SentCall): ScriptedAnswer;
  /** Those with a number of times that were not given as often. */
  left(): readonly ScriptedAnswer[];
}

/** A scenario does not say what the outside does. */
export class ScenarioGap extends Error {
  override readonly name = 'ScenarioGap';
  /** What is not answered, where it is a call. */
  readonly call: SentCall | undefined;

  constructor(message: string, call?: SentCall) {
    super(message);
    this.call = call;
  }
}

/** The answers of a scenario. */
export function createAnswers(answers: readonly ScriptedAnswer[]): ScriptedAnswers {
  const left = answers.map((answer) => ({ answer, times: answer.times ?? Infinity }));
  return {
    to(call) {
      const found = left.find(({ answer, times }) => times > 0 && isFor(answer, call));
      if (found === undefined) throw new ScenarioGap(gapOf(call, answers), call);
      found.times -= 1;
      return found.answer;
    },
    left: () =>
      left.filter(({ times }) => times > 0 && times !== Infinity).map(({ answer }) => answer),
  };
}

/** When something that takes as long is over. */
export function momentAfter(from: number, duration: string | undefined): number {
  const parsed = duration === undefined ? undefined : parseDuration(duration);
  return parsed === undefined ? from : addDuration(from, parsed);
}

function isFor(answer: ScriptedAnswer, call: SentCall): boolean {
  return isCalled(answer, call) && (answer.with === undefined || includes(call.with, answer.with));
}

const shownCharacters = 400;

function gapOf(call: SentCall, answers: readonly ScriptedAnswer[]): string {
  const named = answers.filter((answer) => isCalled(answer, call));
  const why =
    named.length === 0
      ? `add one: calls: [{${call.kind}: ${call.name}, returns: …}]`
      : `none of its answers fits, or they are used up: ${[...new Set(named.map(calledText))].join(', ')}`;
  return `nothing answers ${call.kind} ${call.name} of ${call.task}, called with ${shown(call.with)}; ${why}`;
}

function shown(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
