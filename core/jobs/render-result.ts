import { WorkflowError } from '../../engine/problem.ts';
import type { ResponseFormat } from '../../engine/render/formats.ts';
import { renderResponse } from '../../engine/render/render.ts';
import type { AgentVersion, Job } from '../../kernel/database/_generated/client.ts';
import { AppError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';
import type { JobData } from './load-jobs.ts';
import { versionDefinition } from './version-definition.ts';

const formats = {
  JSON: 'json',
  TEXT: 'text',
  MARKDOWN: 'markdown',
  HTML: 'html',
  CSV: 'csv',
  XML: 'xml',
} as const satisfies Record<string, ResponseFormat>;

export type ResultFormat = keyof typeof formats;

/** A job's output as text for its readers. */
export interface RenderedResult {
  readonly format: ResultFormat;
  readonly locale: string | null;
  readonly contentType: string;
  readonly content: string;
}

/** What to render, and how. */
export interface RenderWish {
  readonly job: Job;
  readonly data: JobData;
  readonly version: AgentVersion;
  /** @default JSON */
  readonly format: ResultFormat | null;
  readonly locale?: string | null | undefined;
}

/** The output by the definition's own template for the format, in the nearest locale; null while there is none. */
export async function renderResult(
  context: Pick<VerbContext, 'actor' | 'database'>,
  { job, data, version, format: wished, locale }: RenderWish,
): Promise<RenderedResult | null> {
  if (job.state !== 'SUCCEEDED') return null;
  const { document } = await versionDefinition(context, version);
  const format = wished ?? 'JSON';
  const rendered = render(document.document.metadata?.['responses'], {
    format: formats[format],
    ...(typeof locale === 'string' ? { locale } : {}),
    data: {
      input: data.input,
      output: data.output,
      recipient: { id: context.actor.id, name: context.actor.name },
      job: {
        id: job.id,
        createdAt: job.createdAt.toISOString(),
        finishedAt: job.finishedAt?.toISOString() ?? null,
      },
    },
  });
  return {
    format,
    locale: rendered.locale ?? null,
    contentType: rendered.contentType,
    content: rendered.content,
  };
}

/** A missing or broken template is the reader's or the author's to put right, not a fault of ours. */
function render(...call: Parameters<typeof renderResponse>): ReturnType<typeof renderResponse> {
  try {
    return renderResponse(...call);
  } catch (cause) {
    if (!(cause instanceof WorkflowError)) throw cause;
    throw new AppError('BAD_USER_INPUT', cause.message, { cause, path: 'format' });
  }
}
