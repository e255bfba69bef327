import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { isJsonObject, parseJson } from '../../kernel/json.ts';
import type { JsonValue } from '../../kernel/json.ts';

/** What a program comes to: its values, or the error that it ends in. */
export type Outcome = { readonly values: readonly JsonValue[] } | { readonly error: JsonValue };

interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** The jq that its authors build, compiled to WebAssembly; away from here, so that what hangs or crashes can be ended. */
export class RealJq implements AsyncDisposable {
  #worker: Worker | undefined;
  readonly #deadlineMs: number;

  constructor({ deadlineMs }: { readonly deadlineMs: number }) {
    this.#deadlineMs = deadlineMs;
  }

  /** By input the outcomes of all programs; undefined where jq itself hangs, crashes or refuses a program. */
  async run(
    programs: readonly string[],
    inputs: readonly string[],
  ): Promise<readonly (readonly (Outcome | undefined)[])[]> {
    const answer = await this.#ask(inputs.join('\n'), programs.map(caught).join(',\n'));
    const lines = answer?.exitCode === 0 ? answer.stdout.trimEnd().split('\n') : [];
    if (lines.length === programs.length * inputs.length) return rows(lines, programs.length);
    return this.#runApart(programs, inputs);
  }

  /** In halves, until what cannot be asked stands alone. */
  async #runApart(
    programs: readonly string[],
    inputs: readonly string[],
  ): Promise<readonly (readonly (Outcome | undefined)[])[]> {
    if (programs.length > 1) {
      const half = programs.length >> 1;
      const left = await this.run(programs.slice(0, half), inputs);
      const right = await this.run(programs.slice(half), inputs);
      return left.map((outcomes, row) => [...outcomes, ...(right[row] ?? [])]);
    }
    if (inputs.length <= 1) return inputs.map(() => [undefined]);
    const half = inputs.length >> 1;
    const first = await this.run(programs, inputs.slice(0, half));
    return [...first, ...(await this.run(programs, inputs.slice(half)))];
  }

  async #ask(input: string, program: string): Promise<Answer | undefined> {
    this.#worker ??= new Worker(new URL('./real-jq-worker.ts', import.meta.url));
    this.#worker.postMessage({ input, program });
    const signal = AbortSignal.timeout(this.#deadlineMs);
    const answer = await once(this.#worker, 'message', { signal }).then(
      ([message]) => message as Answer,
      () => undefined,
    );
    if (answer === undefined || answer.exitCode === -1) await this.#end();
    return answer;
  }

  async #end(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }
}

function caught(program: string): string {
  return `(try [${program}\n] catch {error: .})`;
}

function rows(lines: readonly string[], width: number): readonly (readonly Outcome[])[] {
  return Array.from({ length: lines.length / width }, (_, row) =>
    lines.slice(row * width, (row + 1) * width).map((line) => outcomeOf(parseJson(line))),
  );
}

function outcomeOf(value: JsonValue): Outcome {
  if (isJsonObject(value)) return { error: value['error'] ?? null };
  if (Array.isArray(value)) return { values: value };
  throw new Error('jq printed something else than an outcome');
}
