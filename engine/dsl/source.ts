import { LineCounter, parseDocument, type Document, type YAMLError } from 'yaml';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseOutsideJson,
} from '../../kernel/json.ts';
import type { Limits } from '../limits.ts';
import { workflowError } from '../problem.ts';
import type { Finding, Remark } from './finding.ts';
import { jsonOfYaml, type SourceFault } from './json-of-yaml.ts';
import { findExcess, lineAndColumn } from './nesting.ts';
import { createPositions, positionAt, type Position } from './positions.ts';

/** A parsed text: its value if it is an object, what is wrong with it, and where its parts stand. */
export interface Parsed {
  readonly value?: JsonObject;
  readonly findings: readonly Finding[];
  /** Adds the position of `path` in the text, or of its nearest ancestor there. */
  readonly locate: (remark: Remark) => Finding;
}

type SourceLimits = Pick<Limits, 'definitionBytes' | 'definitionDepth' | 'definitionNodes'>;

const maxFindings = 20;

/** What a document fetched from elsewhere may be; the connector bounds its bytes before. */
const remoteLimits: SourceLimits = {
  definitionBytes: 10_485_760,
  definitionDepth: 200,
  definitionNodes: 400_000,
};

/** Reads YAML 1.2 (core schema) or JSON, which is a part of it. Any text ends in a value or a finding, in linear time. */
export function parseSource(source: string, limits: SourceLimits): Parsed {
  const parsed = parseText(source, limits);
  if ('findings' in parsed) return { findings: parsed.findings, locate: atTop };
  const { value, document, lines, doubts } = parsed;
  if (!isJsonObject(value))
    return refused({
      id: 'source/not-an-object',
      message: 'the document is not an object',
      hint: 'Start with document: and do:.',
    });
  const positionOf = createPositions(document, lines);
  return {
    value,
    findings: doubts,
    locate: (remark) => ({ ...remark, ...positionOf(remark.path) }),
  };
}

/** The value of a document that a definition refers to; throws `configuration` when it is neither YAML nor JSON. */
export function readValue(text: string): JsonValue {
  const fast = /^\s*[[{]/.test(text) ? tryJson(text) : undefined;
  if (fast !== undefined) return fast;
  const parsed = parseText(text, remoteLimits);
  if ('value' in parsed) return parsed.value;
  const [first] = parsed.findings;
  const reason = first === undefined ? '' : `: ${first.message} (line ${String(first.line)})`;
  throw workflowError('configuration', `a resource is neither YAML nor JSON${reason}`);
}

function tryJson(text: string): JsonValue | undefined {
  try {
    return parseOutsideJson(text);
  } catch {
    return undefined;
  }
}

interface ParsedText {
  readonly value: JsonValue;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  /** Findings that are no errors. */
  readonly doubts: readonly Finding[];
}

type Text = ParsedText | { readonly findings: readonly Finding[] };

function parseText(source: string, limits: SourceLimits): Text {
  if (Buffer.byteLength(source) > limits.definitionBytes) {
    const message = `the definition is larger than ${String(limits.definitionBytes)} bytes`;
    return refused({ id: 'source/too-large', message, hint: 'Split it into sub-workflows.' });
  }
  const lines = new LineCounter();
  const unkept = source.search(unkeepable);
  if (unkept >= 0) return refused(unstorable, lineAndColumn(source, unkept));
  const excess = findExcess(source, limits);
  if (excess !== undefined) return refused(excess.finding, excess.at);
  const document = withoutStacks(() => parsedDocument(source, lines));
  if (document === undefined) return refused(unreadable);
  if (document.errors.length > 0)
    return {
      findings: document.errors.slice(0, maxFindings).map((each) => syntaxFinding(each, lines)),
    };
  const { value, faults } = jsonOfYaml(document, limits.definitionNodes);
  const findings = faults.map((fault) => faultFinding(fault, lines));
  if (value === undefined) return { findings };
  return {
    value,
    document,
    lines,
    doubts: [...parserDoubts(source, document, lines), ...findings],
  };
}

/** NUL and halves of surrogate pairs: no text with one of them can be kept. */
const unkeepable = /\0|\p{Cs}/u;

const unstorable = {
  id: 'source/unstorable',
  message: 'the text holds a NUL character or broken Unicode, which cannot be kept',
  hint: 'Remove it; in an expression write it as an escape of jq.',
};

const unreadable = {
  id: 'source/syntax',
  message: 'the text cannot be read',
  hint: 'Correct the YAML or JSON.',
};

function parsedDocument(source: string, lineCounter: LineCounter): Document.Parsed | undefined {
  try {
    return parseDocument(source, {
      version: '1.2',
      schema: 'core',
      lineCounter,
      // The library compares every key with all before it.
      uniqueKeys: false,
      prettyErrors: false,
    });
  } catch {
    // Some constructors of tags throw.
    return undefined;
  }
}

/** Within quotes they can be escaped. */
// oxlint-disable-next-line no-control-regex
const controls = /[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]/;

/** What the parser passes over: directives that it does not know. Tags are looked at with what they tag. */
function parserDoubts(source: string, document: Document.Parsed, lines: LineCounter): Finding[] {
  const { explicit, version } = document.directives.yaml;
  const warnings = document.warnings
    .filter(({ code }) => code !== 'TAG_RESOLVE_FAILED')
    .map(({ message, pos }) => ({ message, offset: pos[0] }));
  const control = source.search(controls);
  if (control >= 0)
    warnings.push({
      message: 'YAML has no control characters but tabs and line ends',
      offset: control,
    });
  if (explicit === true && version !== '1.2')
    warnings.push({ message: 'the text is read as YAML 1.2 whatever it says', offset: 0 });
  return warnings.slice(0, maxFindings).map(({ message, offset }) => ({
    ...{ id: 'source/doubtful', severity: 'warning', message, path: '' },
    ...{ hint: 'Remove it.', ...positionAt(lines, offset) },
  }));
}

/** A text can have an error at every character; a stack for each would cost ten times what the parser does. */
function withoutStacks<Result>(work: () => Result): Result {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function faultFinding({ offset, ...fault }: SourceFault, lines: LineCounter): Finding {
  return { ...fault, path: '', ...positionAt(lines, offset) };
}

function syntaxFinding(error: YAMLError, lines: LineCounter): Finding {
  const at = {
    ...({ severity: 'error', message: error.message, path: '' } as const),
    ...positionAt(lines, error.pos[0]),
  };
  // The parser recurses into indentation and reports the end of its stack as an error of the text.
  const isTooDeep = error.message.includes('call stack');
  if (isTooDeep)
    return {
      ...at,
      id: 'source/too-deep',
      message: 'the document is nested too deeply',
      hint: 'Flatten it.',
    };
  if (error.code === 'MULTIPLE_DOCS')
    return {
      ...at,
      id: 'source/syntax',
      message: 'a second document begins here',
      hint: 'A definition is one document: put the other one into a text of its own.',
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
