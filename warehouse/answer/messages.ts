import type { ParsedQuestion, Series } from '../../core/analytics/question.ts';

/** The files of a tenant that a question is answered from. */
export interface SpanFiles {
  /** Files of rows. */
  readonly rows: readonly string[];
  /** Sums of whole days whose rows are in none of them. */
  readonly sums: readonly string[];
}

/** What a process that answers is asked. */
export interface AnswerOrder {
  /** The one folder that it may read. */
  readonly folder: string;
  readonly files: SpanFiles;
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
