import type { JobIo } from '../../kernel/database/_generated/client.ts';

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
  readonly format: ResultFormat;
  readonly locale?: string | null | undefined;
}

/** The output in the wished format; null while there is none, or no template for it. */
export function renderResult({ output }: JobIo, { format }: RenderWish): RenderedResult | null {
  if (output === null || format !== 'JSON') return null;
  return { format, locale: null, contentType: 'application/json', content: JSON.stringify(output) };
}
