import {
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type YAMLError,
} from 'yaml';
import { isJsonObject, type JsonObject } from '../../kernel/json.ts';
import { asJson } from '../json-text.ts';
import type { Limits } from '../limits.ts';
import { pointerTokens, type Finding, type Remark } from './finding.ts';
import { findDeepNesting } from './nesting.ts';

/** A parsed text: its value if it is an object, what is wrong with it, and where its parts stand. */
export interface Parsed {
  readonly value?: JsonObject;
  readonly findings: readonly Finding[];
  /** Adds the position of `path` in the text, or of its nearest ancestor there. */
  readonly locate: (remark: Remark) => Finding;
}

type SourceDocument = Document.Parsed;
type SourceLimits = Pick<Limits, 'definitionBytes' | 'definitionDepth' | 'definitionNodes'>;

/** Reads YAML 1.2 (core schema) or JSON, which is a part of it. Hostile texts end in a finding, quickly. */
export function parseSource(source: string, limits: SourceLimits): Parsed {
  const tooLarge = Buffer.byteLength(source) > limits.definitionBytes;
  if (tooLarge) {
    const message = `the definition is larger than ${String(limits.definitionBytes)} bytes`;
    return refused({ id: 'source/too-large', message, hint: 'Split it into sub-workflows.' });
  }
  const deep = findDeepNesting(source, limits.definitionDepth);
  if (deep !== undefined) {
    const message = `the document is nested deeper than ${String(limits.definitionDepth)} levels`;
    return refused({ id: 'source/too-deep', message, hint: 'Flatten it.' }, deep);
  }
  const lines = new LineCounter();
  const document = parseDocument(source, {
    version: '1.2',
    schema: 'core',
    lineCounter: lines,
    uniqueKeys: true,
    prettyErrors: false,
  });
  const [error] = document.errors;
  if (error !== undefined)
    return {
      findings: document.errors.slice(0, 20).map((each) => syntaxFinding(each, lines)),
      locate: atTop,
    };
  return valueOf(document, lines, limits);
}

function valueOf(document: SourceDocument, lines: LineCounter, limits: SourceLimits): Parsed {
  if (!isAffordable(document, limits.definitionNodes)) {
    const message = `aliases expand the document to more than ${String(limits.definitionNodes)} values`;
    return refused({
      id: 'source/alias-bomb',
      message,
      hint: 'Write the parts out, or put them under use.',
    });
  }
  const value = asJson(document.toJS({ maxAliasCount: -1 }));
  if (!isJsonObject(value))
    return refused({
      id: 'source/not-an-object',
      message: 'the document is not an object',
      hint: 'Start with document: and do:.',
    });
  return {
    value,
    findings: [],
    locate: (remark) => ({ ...remark, ...positionOf(document, lines, remark.path) }),
  };
}

/** Counts what the document expands to with its aliases, without expanding it; recursion counts as endless. */
function isAffordable(document: SourceDocument, limit: number): boolean {
  const sizes = new Map<unknown, number>();
  const sizeOf = (node: unknown): number => {
    const known = sizes.get(node);
    if (known !== undefined) return known;
    sizes.set(node, Number.POSITIVE_INFINITY);
    const size = Math.min(
      Number.MAX_SAFE_INTEGER,
      1 + partsOf(node, document).reduce<number>((sum, part) => sum + sizeOf(part), 0),
    );
    sizes.set(node, size);
    return size;
  };
  return sizeOf(document.contents) <= limit;
}

function partsOf(node: unknown, document: SourceDocument): unknown[] {
  if (isPair(node)) return [node.value];
  if (isCollection(node)) return node.items;
  if (isScalar(node) || node === null || typeof node !== 'object') return [];
  return 'resolve' in node && 'source' in node && typeof node.source === 'string'
    ? [anchored(document, node.source)]
    : [];
}

function anchored(document: SourceDocument, anchor: string): unknown {
  const aliases = anchorsOf(document);
  return aliases.get(anchor);
}

const anchorCache = new WeakMap<SourceDocument, Map<string, unknown>>();

function anchorsOf(document: SourceDocument): Map<string, unknown> {
  const known = anchorCache.get(document);
  if (known !== undefined) return known;
  const anchors = new Map<string, unknown>();
  collectAnchors(document.contents, anchors);
  anchorCache.set(document, anchors);
  return anchors;
}

function collectAnchors(node: unknown, anchors: Map<string, unknown>): void {
  if (isPair(node)) collectAnchors(node.value, anchors);
  if (!isCollection(node) && !isScalar(node)) return;
  if (node.anchor !== undefined) anchors.set(node.anchor, node);
  if (isCollection(node)) for (const item of node.items) collectAnchors(item, anchors);
}

interface Position {
  readonly line: number;
  readonly column: number;
}

function positionOf(document: SourceDocument, lines: LineCounter, path: string): Position {
  let node: unknown = document.contents;
  let offset = 0;
  for (const token of pointerTokens(path)) {
    const child = childOf(node, token);
    if (child === undefined) break;
    offset = child.offset;
    node = child.node;
  }
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

interface Child {
  readonly node: unknown;
  readonly offset: number;
}

function childOf(node: unknown, token: string): Child | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(token)];
    return item === undefined ? undefined : { node: item, offset: startOf(item) ?? 0 };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((each) => isScalar(each.key) && String(each.key.value) === token);
  return pair === undefined
    ? undefined
    : { node: pair.value, offset: startOf(pair.key) ?? startOf(pair.value) ?? 0 };
}

function startOf(node: unknown): number | undefined {
  if (!isCollection(node) && !isScalar(node)) return undefined;
  return node.range?.[0];
}

function syntaxFinding(error: YAMLError, lines: LineCounter): Finding {
  const { line, col } = lines.linePos(error.pos[0]);
  const at = { severity: 'error', message: error.message, path: '', line, column: col } as const;
  if (error.code === 'DUPLICATE_KEY')
    return { ...at, id: 'source/duplicate-key', hint: 'Keep one of the two.' };
  // The parser recurses into indentation and reports the end of its stack as an error of the text.
  const isTooDeep = error.message.includes('call stack');
  if (isTooDeep)
    return {
      ...at,
      id: 'source/too-deep',
      message: 'the document is nested too deeply',
      hint: 'Flatten it.',
    };
  return { ...at, id: 'source/syntax', hint: 'Correct the YAML or JSON at this place.' };
}

function refused(
  finding: Pick<Finding, 'id' | 'message' | 'hint'>,
  at: Position = { line: 1, column: 1 },
): Parsed {
  return { findings: [{ ...finding, severity: 'error', path: '', ...at }], locate: atTop };
}

function atTop(remark: Remark): Finding {
  return { ...remark, line: 1, column: 1 };
}
