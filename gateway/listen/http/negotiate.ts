import type { DeferFormat } from '../../operation.ts';

/** The media types a GraphQL answer can have. */
export type AnswerType = 'application/json' | 'application/graphql-response+json';

export interface Negotiated {
  readonly type: AnswerType;
  /** The client takes that type; otherwise only errors come as JSON. */
  readonly isJson: boolean;
  /** The client reads `multipart/mixed` in this form, so @defer may be answered in parts. */
  readonly multipart: DeferFormat | undefined;
  /** The client asks for server-sent events. */
  readonly isEventStream: boolean;
  /** The client reads subscriptions as `multipart/mixed`. */
  readonly isPartStream: boolean;
}

const known = new Map<string, Negotiated | undefined>();
const MAX_KNOWN = 1000;

/** Picks the media type by the Accept header; undefined when the client takes none we have. */
export function negotiate(accept: string | undefined): Negotiated | undefined {
  const header = accept ?? '';
  if (known.has(header)) return known.get(header);
  const result = negotiateNew(header);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(header, result);
  return result;
}

interface Range {
  readonly type: string;
  readonly parameters: readonly string[];
  readonly quality: number;
}

function negotiateNew(header: string): Negotiated | undefined {
  if (header.trim() === '')
    return {
      type: 'application/json',
      isJson: true,
      multipart: undefined,
      isEventStream: false,
      isPartStream: false,
    };
  const ranges = header
    .split(',')
    .map(parseRange)
    .filter(({ quality }) => quality > 0);
  const multipart = ranges.flatMap((range) => deferFormatOf(range) ?? [])[0];
  const isEventStream = ranges.some(({ type }) => type === 'text/event-stream');
  const best = ranges
    .flatMap((range) => {
      const type = answerTypeOf(range.type);
      return type === undefined ? [] : [{ type, quality: range.quality }];
    })
    .reduce<{ type: AnswerType; quality: number } | undefined>(
      (chosen, next) => (chosen === undefined || next.quality > chosen.quality ? next : chosen),
      undefined,
    );
  const isPartStream = ranges.some(isOfSubscriptions);
  const isNone = multipart === undefined && !isEventStream && !isPartStream;
  if (best === undefined && isNone) return undefined;
  const isJson = best !== undefined;
  return { type: best?.type ?? 'application/json', isJson, multipart, isEventStream, isPartStream };
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return { type, parameters, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
}

function isOfSubscriptions({ type, parameters }: Range): boolean {
  return type === 'multipart/mixed' && parameters.some(namesSubscriptions);
}

function namesSubscriptions(parameter: string): boolean {
  return /^subscriptionspec="?1(\.0)?"?$/.test(parameter.replaceAll(/\s/g, ''));
}

/** A client that names a form we do not write cannot read parts from us. */
function deferFormatOf({ type, parameters }: Range): DeferFormat | undefined {
  if (type !== 'multipart/mixed') return undefined;
  const form = parameters
    .map((parameter) => parameter.replaceAll(/["\s]/g, ''))
    .find((parameter) => /^(defer|incremental|subscription)spec=/.test(parameter));
  if (form === 'incrementalspec=v0.2') return 'incrementalSpec=v0.2';
  return form === undefined || form === 'deferspec=20220824' ? 'deferSpec=20220824' : undefined;
}

function answerTypeOf(range: string): AnswerType | undefined {
  switch (range) {
    case 'application/graphql-response+json':
      return 'application/graphql-response+json';
    case 'application/json':
    case 'application/*':
    case '*/*':
      return 'application/json';
    default:
      return undefined;
  }
}
