import { fork, type ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';

import type { ParsedQuestion, Series } from '../../core/analytics/question.ts';
import { AppError, RateLimitedError } from '../../kernel/errors.ts';
import { createFairQueue } from '../../kernel/threads/fair-queue.ts';
import type { AnswerOrder, AnswerReport, SpanFiles } from './messages.ts';

/** What the processes that answer may use. */
export interface AnswerLimits {
  /** At once; each answers one question at a time. */
  readonly processes: number;
  readonly threads: number;
  /** Of each. */
  readonly memoryMb: number;
  /** Longest time of one question, milliseconds; its process is ended then. */
  readonly deadlineMs: number;
}

/** What is asked of the files of one tenant. */
export interface AskedFiles {
  readonly tenantId: string;
  readonly folder: string;
  readonly files: SpanFiles;
  readonly question: ParsedQuestion;
}

export type FoundSeries = Pick<Extract<AnswerReport, { kind: 'answered' }>, 'isCut'> & {
  readonly series: readonly Series[];
};

/** Processes that answer. Tenants take turns; disposing ends them all. */
export interface Answers extends Disposable {
  /** Undefined where a file has gone meanwhile: look for the files again. */
  ask(asked: AskedFiles): Promise<FoundSeries | undefined>;
}

interface Waiting {
  readonly asked: AskedFiles;
  readonly settle: (report: AnswerReport | 'TIMEOUT' | 'ENDED') => void;
}

/** Questions of one tenant, and of all, that may wait. */
const shares = { ofMember: 64, ofAll: 1_024 };
const entry = new URL('./main.ts', import.meta.url);
/** Of a process without what its database takes. */
const heapMb = 128;

/** No process runs before the first question. */
export function createAnswers(limits: AnswerLimits): Answers {
  const queue = createFairQueue<Waiting>(shares);
  const idle: ChildProcess[] = [];
  const busy = new Map<ChildProcess, string>();
  let isClosed = false;

  // One tenant takes all but one of the processes, as long as there are several.
  const mayHave = (tenantId: string): boolean => {
    const held = [...busy.values()].filter((each) => each === tenantId).length;
    return held < Math.max(1, limits.processes - 1);
  };

  function next(): void {
    if (isClosed || busy.size >= limits.processes) return;
    const waiting = queue.take(mayHave);
    if (waiting === undefined) return;
    const child = idle.pop() ?? start();
    busy.set(child, waiting.asked.tenantId);
    void answerBy(child, waiting.asked, limits).then((report) => {
      busy.delete(child);
      if (report === 'TIMEOUT' || report === 'ENDED') child.kill('SIGKILL');
      else if (isClosed) child.kill('SIGKILL');
      else idle.push(child);
      waiting.settle(report);
      next();
    });
    next();
  }

  return {
    async ask(asked) {
      const report = await new Promise<AnswerReport | 'TIMEOUT' | 'ENDED'>((settle) => {
        if (!queue.push(asked.tenantId, { asked, settle }))
          throw new RateLimitedError(1_000, 'too many questions wait for their answer');
        next();
      });
      return outcomeOf(report, limits);
    },
    [Symbol.dispose]() {
      isClosed = true;
      for (const { settle } of queue.drain()) settle('ENDED');
      for (const child of [...idle, ...busy.keys()]) child.kill('SIGKILL');
    },
  };

  function start(): ChildProcess {
    const child = fork(entry, [], {
      execArgv: [`--max-old-space-size=${String(heapMb)}`],
      // It knows nothing of the database and its secrets.
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    });
    child.on('error', () => undefined);
    // A machine that runs jobs as well runs them first.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    child.once('exit', () => {
      const at = idle.indexOf(child);
      if (at >= 0) idle.splice(at, 1);
    });
    return child;
  }
}

function answerBy(
  child: ChildProcess,
  { folder, files, question }: AskedFiles,
  { deadlineMs, threads, memoryMb }: AnswerLimits,
): Promise<AnswerReport | 'TIMEOUT' | 'ENDED'> {
  const order: AnswerOrder = { folder, files, question, threads, memoryMb };
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle('TIMEOUT'), deadlineMs);
    const heard = (report: AnswerReport): void => settle(report);
    const ended = (): void => settle('ENDED');
    function settle(report: AnswerReport | 'TIMEOUT' | 'ENDED'): void {
      clearTimeout(timer);
      child.off('message', heard).off('exit', ended);
      resolve(report);
    }
    child.on('message', heard).on('exit', ended);
    child.send(order, (error) => {
      if (error !== null) ended();
    });
  });
}

function outcomeOf(
  report: AnswerReport | 'TIMEOUT' | 'ENDED',
  { deadlineMs, memoryMb }: AnswerLimits,
): FoundSeries | undefined {
  if (report === 'TIMEOUT')
    throw tooMuch(`the query took longer than ${String(deadlineMs)} ms and was ended`);
  if (report === 'ENDED')
    throw new AppError(
      'WAREHOUSE_UNAVAILABLE',
      'what answers in the warehouse has ended; ask again',
    );
  if (report.kind === 'answered') return report;
  if (report.reason === 'MISSING') return undefined;
  if (report.reason === 'MEMORY')
    throw tooMuch(`the query needs more than the ${String(memoryMb)} MiB that one may take`);
  throw new Error(`a question could not be answered: ${report.message}`);
}

function tooMuch(what: string): AppError {
  return new AppError('LIMIT_EXCEEDED', `${what}; ask for a shorter span or fewer series`, {
    path: 'from',
  });
}
