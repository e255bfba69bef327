import type { Answer, Question } from './question.ts';

/** Who asks, as the gateway says it: the warehouse believes nothing else. */
export interface Asker {
  /** The gateway's signed word. */
  readonly assertion: string;
  readonly requestId: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/** Where numbers over ended jobs are asked; see docs/analytics.md. */
export interface Warehouse {
  ask(question: Question, asker: Asker): Promise<Answer>;
}
