import type { Checked, LoadOptions } from '../../engine/load-definition.ts';
import type { Finding, Severity } from '../../engine/dsl/finding.ts';
import type { RedrivePlan } from '../../engine/redrive-plan.ts';
import type { Rendered } from '../../engine/render/render.ts';
import type { InputProblem } from '../../engine/rules.ts';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { createThreadPool, type ThreadPool } from '../../kernel/threads/thread-pool.ts';
import type { BacktestOutcome } from './backtest-outcome.ts';
import type { Judgement, OutsideRequest } from './judge.ts';
import type { DocumentRequest } from './request.ts';

type RequestOf<Act extends DocumentRequest['act']> = Omit<
  Extract<DocumentRequest, { readonly act: Act }>,
  'act'
>;

/** For whom a document is handled. */
export interface Owner {
  readonly tenantId: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Handles what authors, callers and peers supply on threads of its own, within budgets: no document, schema or template
 * holds up those that others wait for.
 */
export interface Documents extends AsyncDisposable {
  /** Findings of a definition's text, and the document when none is an error; too much work is a finding too. */
  check(source: string, options: LoadOptions, owner: Owner): Promise<Checked>;
  /** The same without the document, which stays on its thread: reading the answer takes what the findings take. */
  judge(request: RequestOf<'judge'>, owner: Owner): Promise<Judgement>;
  /** What is wrong with a checked definition in the tenant where it is to run; too much work is a warning. */
  checkOutside(check: OutsideRequest, owner: Owner): Promise<readonly Finding[]>;
  /** The value of a YAML or JSON text; BAD_USER_INPUT when it is neither. */
  read(text: string, owner: Owner): Promise<JsonValue>;
  /** What is wrong with an input by schema and rules of a definition. */
  checkInput(request: RequestOf<'input'>, owner: Owner): Promise<readonly InputProblem[]>;
  /** What is wrong with a value by a schema. */
  checkData(request: RequestOf<'data'>, owner: Owner): Promise<readonly InputProblem[]>;
  /** A response rendered by its template; BAD_USER_INPUT when it cannot be. */
  render(request: RequestOf<'render'>, owner: Owner): Promise<Rendered>;
  /** What a redrive would do: LIMIT_EXCEEDED when the journal is too costly to play. */
  planRedrive(request: RequestOf<'redrive'>, owner: Owner): Promise<RedrivePlan>;
  /** A job as a scenario: LIMIT_EXCEEDED likewise. */
  recordScenario(request: RequestOf<'record'>, owner: Owner): Promise<JsonObject>;
  /**
   * What a definition would make of past jobs, in their order: LIMIT_EXCEEDED likewise. On threads that do nothing else,
   * so that nobody's request waits for somebody's backtest.
   */
  backtest(request: RequestOf<'backtest'>, owner: Owner): Promise<readonly BacktestOutcome[]>;
}

/** How much of the machine documents may use. */
export interface DocumentSettings {
  /** Threads. */
  readonly threads: number;
  /** Heap of each thread, megabytes. */
  readonly maxMemoryMb: number;
  /** Computing time of one document, milliseconds. */
  readonly deadlineMs: number;
  /** Computing time for playing one journal, milliseconds. @default that of a document */
  readonly redriveDeadlineMs?: number;
}

/** Threads that backtests have for themselves: one tenant leaves one to the others. */
const backtestThreads = 2;

const entry = new URL('thread.ts', import.meta.url);

/** Threads start when the first document comes. */
export function openDocuments({
  threads,
  maxMemoryMb,
  deadlineMs,
  redriveDeadlineMs = deadlineMs,
}: DocumentSettings): Documents {
  type Pool = ThreadPool<DocumentRequest, unknown>;
  const pool: Pool = createThreadPool({ entry, size: threads, maxMemoryMb });
  const backtests: Pool = createThreadPool({ entry, size: backtestThreads, maxMemoryMb });
  const ask = async <Answer>(
    request: DocumentRequest,
    owner: Owner & { readonly deadlineMs?: number },
    by = pool,
  ): Promise<Answer> =>
    // `thread.ts` answers each act with its own type.
    (await by.run(request, { deadlineMs, ...owner })) as Answer;
  return {
    async check(source, options, owner) {
      try {
        return await ask<Checked>({ act: 'check', source, options }, owner);
      } catch (error) {
        if (isOverBudget(error)) return { findings: [tooCostly(error.message, 'error')] };
        throw error;
      }
    },
    async judge(request, owner) {
      try {
        return await ask<Judgement>({ act: 'judge', ...request }, owner);
      } catch (error) {
        if (isOverBudget(error)) return { findings: [tooCostly(error.message, 'error')] };
        throw error;
      }
    },
    async checkOutside(check, owner) {
      try {
        return await ask<readonly Finding[]>({ act: 'outside', check }, owner);
      } catch (error) {
        if (isOverBudget(error)) return [tooCostly(error.message, 'warning')];
        throw error;
      }
    },
    read: (text, owner) => ask<JsonValue>({ act: 'read', text }, owner),
    checkInput: (request, owner) =>
      ask<readonly InputProblem[]>({ act: 'input', ...request }, owner),
    checkData: (request, owner) => ask<readonly InputProblem[]>({ act: 'data', ...request }, owner),
    render: (request, owner) => ask<Rendered>({ act: 'render', ...request }, owner),
    planRedrive: (request, owner) =>
      ask<RedrivePlan>({ act: 'redrive', ...request }, { ...owner, deadlineMs: redriveDeadlineMs }),
    recordScenario: (request, owner) =>
      ask<JsonObject>({ act: 'record', ...request }, { ...owner, deadlineMs: redriveDeadlineMs }),
    backtest: (request, owner) =>
      ask<readonly BacktestOutcome[]>(
        { act: 'backtest', ...request },
        { ...owner, deadlineMs: redriveDeadlineMs },
        backtests,
      ),
    async [Symbol.asyncDispose]() {
      await Promise.all([pool[Symbol.asyncDispose](), backtests[Symbol.asyncDispose]()]);
    },
  };
}

function isOverBudget(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'LIMIT_EXCEEDED';
}

function tooCostly(reason: string, severity: Severity): Finding {
  const message = `the definition is too costly to check: ${reason}`;
  const hint = 'Make it smaller, or split it into sub-workflows.';
  return {
    id: 'source/too-costly',
    severity,
    message,
    hint,
    path: '',
    line: 1,
    column: 1,
  };
}
