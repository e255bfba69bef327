import type { ParsedQuestion, Series } from '../../core/analytics/question.ts';

/** What a process that answers is asked. */
export interface AnswerOrder {
  /** The one folder that it may read. */
  readonly folder: string;
  /** Files in it. */
  readonly files: readonly string[];
  readonly question: ParsedQuestion;
  readonly threads: number;
  readonly memoryMb: number;
}

/** What it says. */
export type AnswerReport =
  | { readonly kind: 'answered'; readonly series: readonly Series[]; readonly isCut: boolean }
  | {
      readonly kind: 'failed';
      readonly reason: 'MEMORY' | 'MISSING' | 'OTHER';
      readonly message: string;
    };
