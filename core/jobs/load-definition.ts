import { byPosition } from '../../engine/load-definition.ts';
import type { Finding } from '../../engine/dsl/finding.ts';
import { AppError, RefusedError } from '../../kernel/errors.ts';
import type { Judgement } from '../documents/judge.ts';
import type { VerbContext } from '../context.ts';
import { outsideFindings } from './outside-findings.ts';

/** A definition's text, and whether it is to be published. */
export interface Judging {
  readonly source: string;
  readonly isToBePublished: boolean;
}

/** Judges the text of a definition within the limits of the platform, and what it refers to in the caller's tenant. */
export async function judgeDefinition(
  context: VerbContext,
  { source, isToBePublished }: Judging,
): Promise<Judgement> {
  const { limits, processes, programs, documents, actor } = context;
  const bytes = Buffer.byteLength(source);
  if (bytes > limits.definitionBytes) {
    throw new AppError(
      'PAYLOAD_TOO_LARGE',
      `the definition has ${String(bytes)} bytes; allowed are ${String(limits.definitionBytes)}`,
      {
        path: 'input.definition',
      },
    );
  }
  const kinds = Object.fromEntries(processes.allowed.map((kind) => [kind, true]));
  const allow = { ...kinds, mcpServers: programs.names(actor.tenantId) };
  const within = {
    definitionBytes: limits.definitionBytes,
    definitionTasks: limits.tasks,
    definitionDepth: limits.nesting,
    scheduleIntervalMs: limits.scheduleIntervalMs,
  };
  const owner = { tenantId: actor.tenantId };
  const options = { allow, limits: within, keptSecrets: 'error' } as const;
  const judged = await documents.judge({ source, options, isToBePublished }, owner);
  if (judged.names === undefined) return judged;
  const outside = await outsideFindings(context, source, judged.names);
  if (outside.length === 0) return judged;
  const findings = [...judged.findings, ...outside].toSorted(byPosition);
  const isRefused = outside.some(({ severity }) => severity === 'error');
  return isRefused ? { findings } : { ...judged, findings };
}

/** Why a definition cannot be taken: each error a problem with its place. */
export function refusedDefinition(findings: readonly Finding[]): RefusedError {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const problems = errors.map(({ path, line, column, message, hint }) => ({
    code: 'DEFINITION_INVALID',
    field: 'input.definition',
    message:
      `${String(line)}:${String(column)} ${path === '' ? '/' : path}: ${message}. ${hint}`.trim(),
  }));
  return new RefusedError('DEFINITION_INVALID', problems, { findings });
}
