import type { ResponseFormat } from '../../engine/render/formats.ts';
import { renderResponse, type Rendered, type Rendering } from '../../engine/render/render.ts';
import { createCache, type Cache } from '../../kernel/cache.ts';
import type { AgentVersion, Job } from '../../prisma/_generated/client.ts';
import type { Database } from '../../kernel/database/database.ts';
import { AppError, type ErrorCode } from '../../kernel/errors.ts';
import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import type { VerbContext } from '../context.ts';
import type { Documents } from '../documents/documents.ts';
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

type Needs = Pick<VerbContext, 'actor' | 'database' | 'documents'>;

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
  context: Needs,
  wish: RenderWish,
): Promise<RenderedResult | null> {
  const { job, data, version } = wish;
  if (job.state !== 'SUCCEEDED') return null;
  const { document } = await versionDefinition(context, version);
  const format = wish.format ?? 'JSON';
  const rendering: Rendering = {
    format: formats[format],
    ...(typeof wish.locale === 'string' ? { locale: wish.locale } : {}),
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
  };
  const responses = templatesFor(document.document.metadata?.['responses'], rendering.format);
  const { content, contentType, locale } =
    responses === undefined && format === 'JSON'
      ? renderResponse(undefined, rendering)
      : await rendered(context, { wish, request: { responses, rendering } });
  return { format, locale: locale ?? null, contentType, content };
}

/** The templates that count for a format; all, for a message that names them, when it has none. */
function templatesFor(
  responses: JsonValue | undefined,
  format: ResponseFormat,
): JsonValue | undefined {
  const templates = isJsonObject(responses) ? responses[format] : undefined;
  if (templates !== undefined) return { [format]: templates };
  return format === 'json' ? undefined : responses;
}

interface Order {
  readonly wish: RenderWish;
  readonly request: Parameters<Documents['render']>[0];
}

/** What a finished job and a version hold never changes: the same reader gets the same text again without work. */
async function rendered(context: Needs, { wish, request }: Order): Promise<Rendered> {
  const { job, version, data } = wish;
  const { id: recipientId, name, tenantId } = context.actor;
  const render = async (): Promise<Rendered> => {
    try {
      return await context.documents.render(request, { tenantId });
    } catch (cause) {
      throw readable(cause);
    }
  };
  // Who may see what may change, and so may what there is to see.
  if (data.dataKeyId !== null) return await render();
  const { format, locale } = request.rendering;
  const known = caches.get(context.database.pool) ?? createRenderCache();
  caches.set(context.database.pool, known);
  const key = JSON.stringify([
    ...[tenantId, job.id, job.finishedAt, version.id],
    ...[format, locale ?? null, recipientId, name],
  ]);
  return await known.getOrLoad(key, render);
}

/** A missing or broken template is the reader's or the author's to put right, not a fault of ours. */
function readable(cause: unknown): unknown {
  const isOfTemplate = cause instanceof AppError && pathed.has(cause.code);
  return isOfTemplate ? new AppError(cause.code, cause.message, { cause, path: 'format' }) : cause;
}

const pathed: ReadonlySet<ErrorCode> = new Set(['BAD_USER_INPUT', 'LIMIT_EXCEEDED']);

/** One per database, so per process. */
const caches = new WeakMap<Database['pool'], Cache<Rendered>>();

const hourMs = 3_600_000;

function createRenderCache(): Cache<Rendered> {
  return createCache({
    ...{ max: 10_000, ttlMs: hourMs },
    size: { max: 33_554_432, of: ({ content }) => content.length * 2 },
  });
}
