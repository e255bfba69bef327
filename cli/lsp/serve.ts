import {
  createConnection,
  SymbolKind,
  TextDocuments,
  TextDocumentSyncKind,
  type Connection,
  type DocumentSymbol,
  type Range,
  type TextDocumentPositionParams,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { documentSchema } from '../../engine/dsl/document-schema.ts';
import type { LoadOptions } from '../../engine/load-definition.ts';
import { version } from '../version.ts';
import { complete, type Knowledge } from './complete.ts';
import { diagnose } from './diagnose.ts';
import { definitionOf, hover } from './hover.ts';
import { createKnownIntegrations } from './known-integrations.ts';
import { readText, type OutlinedTask, type Span } from './open-document.ts';
import { createSchemaWalk } from './schema-walk.ts';

/** How long nothing may be written before a text is judged, milliseconds. */
const restMs = 150;

interface Streams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Speaks the Language Server Protocol (3.17) until the other side says `exit` or is gone, which ends the process. */
export function serveLanguage({ input, output }: Streams, rules: LoadOptions): void {
  const connection = createConnection(input, output);
  const documents = new TextDocuments(TextDocument);
  connection.onInitialize(() => ({
    serverInfo: { name: 'operandi', version },
    capabilities: {
      textDocumentSync: TextDocumentSyncKind.Incremental,
      completionProvider: { triggerCharacters: [' ', '$', '{', '|'] },
      hoverProvider: true,
      definitionProvider: true,
      documentSymbolProvider: true,
    },
  }));
  judgeWhenWritten(connection, documents, rules);
  answerQuestions(connection, documents);
  documents.listen(connection);
  connection.listen();
}

/** Judges a text when it is opened, and when nobody has written in it for a moment. */
function judgeWhenWritten(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  rules: LoadOptions,
): void {
  const waiting = new Map<string, NodeJS.Timeout>();
  const judge = async ({ uri, version: of, ...document }: Judged): Promise<void> => {
    const diagnostics = [...diagnose(document.text(), rules)];
    await connection.sendDiagnostics({ uri, version: of, diagnostics });
  };
  documents.onDidChangeContent(({ document }) => {
    const { uri } = document;
    clearTimeout(waiting.get(uri));
    const judged = { uri, version: document.version, text: () => document.getText() };
    waiting.set(
      uri,
      setTimeout(() => void judge(judged), restMs),
    );
  });
  documents.onDidClose(async ({ document: { uri } }) => {
    clearTimeout(waiting.get(uri));
    waiting.delete(uri);
    await connection.sendDiagnostics({ uri, diagnostics: [] });
  });
}

interface Judged {
  readonly uri: string;
  readonly version: number;
  readonly text: () => string;
}

function answerQuestions(connection: Connection, documents: TextDocuments<TextDocument>): void {
  const walk = createSchemaWalk(documentSchema());
  const knowledge: Knowledge = {
    walk,
    integrations: createKnownIntegrations((reason) => connection.console.info(reason)),
  };
  const opened = ({ textDocument, position }: TextDocumentPositionParams) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return undefined;
    return { document, text: document.getText(), offset: document.offsetAt(position) };
  };

  connection.onCompletion(async (at) => {
    const { document, text, offset } = opened(at) ?? {};
    if (document === undefined || text === undefined || offset === undefined) return [];
    const offer = await complete(text, offset, knowledge);
    if (offer === undefined) return [];
    const range = rangeOf(document, offer.span);
    return offer.items.map(({ insertText, ...item }) => ({
      ...item,
      textEdit: { range, newText: insertText ?? item.label },
    }));
  });
  connection.onHover((at) => {
    const found = opened(at);
    const told = found && hover(found.text, found.offset, walk);
    if (found === undefined || told === undefined) return null;
    const contents = { kind: 'markdown' as const, value: told.text };
    return { contents, range: rangeOf(found.document, told.span) };
  });
  connection.onDefinition((at) => {
    const found = opened(at);
    const span = found && definitionOf(found.text, found.offset);
    if (found === undefined || span === undefined) return null;
    return { uri: at.textDocument.uri, range: rangeOf(found.document, span) };
  });
  connection.onDocumentSymbol(({ textDocument: { uri } }) => {
    const document = documents.get(uri);
    if (document === undefined) return [];
    return readText(document.getText()).tasks.map((task) => symbolOf(document, task));
  });
}

function symbolOf(document: TextDocument, task: OutlinedTask): DocumentSymbol {
  return {
    name: task.name === '' ? '""' : task.name,
    detail: task.kind,
    kind: SymbolKind.Function,
    range: rangeOf(document, task.span),
    selectionRange: rangeOf(document, task.nameSpan),
    children: task.tasks.map((each) => symbolOf(document, each)),
  };
}

function rangeOf(document: TextDocument, { start, end }: Span): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}
