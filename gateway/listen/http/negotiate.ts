import { readWeighted, type Weighted } from '../../../kernel/weighted-list.ts';
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

function negotiateNew(header: string): Negotiated | undefined {
  if (header.trim() === '')
    return {
      type: 'application/json',
      isJson: true,
      multipart: undefined,
      isEventStream: false,
      isPartStream: false,
    };
  const ranges = readWeighted(header).filter(({ quality }) => quality > 0);
  const multipart = ranges.flatMap((range) => deferFormatOf(range) ?? [])[0];
  const isEventStream = ranges.some(({ name }) => name === 'text/event-stream');
  const best = ranges
    .flatMap((range) => {
      const type = answerTypeOf(range.name);
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

function isOfSubscriptions({ name, parameters }: Weighted): boolean {
  return name === 'multipart/mixed' && parameters.some(namesSubscriptions);
}

function namesSubscriptions(parameter: string): boolean {
  return /^subscriptionspec="?1(\.0)?"?$/.test(parameter.replaceAll(/\s/g, ''));
}

/** A client that names a form we do not write cannot read parts from us. */
function deferFormatOf({ name, parameters }: Weighted): DeferFormat | undefined {
  if (name !== 'multipart/mixed') return undefined;
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
