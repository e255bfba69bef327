import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver/node';
import type { Finding } from '../../engine/dsl/finding.ts';
import { loadDefinition, type LoadOptions } from '../../engine/load-definition.ts';
import { isDefinition } from './open-document.ts';

/** What the platform would say of a text; nothing of one that is no definition. */
export function diagnose(text: string, rules: LoadOptions): readonly Diagnostic[] {
  if (!isDefinition(text)) return [];
  const lines = text.split(/\r?\n/u);
  return loadDefinition(text, rules).findings.map((finding) => toDiagnostic(finding, lines));
}

function toDiagnostic(finding: Finding, lines: readonly string[]): Diagnostic {
  const { id, severity, message, hint } = finding;
  const line = finding.line - 1;
  const character = finding.column - 1;
  const word = /^(?:"[^"]*"|'[^']*'|[^\s:,\]}]+)/u.exec((lines[line] ?? '').slice(character))?.[0];
  return {
    range: {
      start: { line, character },
      end: { line, character: character + (word?.length ?? 1) },
    },
    severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code: id,
    source: 'operandi',
    message: hint === '' ? message : `${message}\n${hint}`,
  };
}
