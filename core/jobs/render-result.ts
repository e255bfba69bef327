import type { JobData } from './load-jobs.ts';

export const resultFormats = ['JSON', 'TEXT', 'MARKDOWN', 'HTML', 'CSV', 'XML'] as const;

export type ResultFormat = (typeof resultFormats)[number];

/** A job's output as text for its readers. */
export interface RenderedResult {
  readonly format: ResultFormat;
  readonly locale: string | null;
  readonly contentType: string;
  readonly content: string;
}

export interface RenderWish {
  /** @default JSON */
  readonly format: ResultFormat | null;
  readonly locale?: string | null | undefined;
}

/** The output in the wished format; null while there is none, or no template for it. */
export function renderResult(
  { output }: JobData,
  { format: wished }: RenderWish,
): RenderedResult | null {
  const format = wished ?? 'JSON';
  if (output === null || format !== 'JSON') return null;
  return { format, locale: null, contentType: 'application/json', content: JSON.stringify(output) };
}
