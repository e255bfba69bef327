import type { Finding } from '../../engine/dsl/finding.ts';
import { checkDefinition, type LoadOptions } from '../../engine/load-definition.ts';
import { checkOutside, type OutsideCheck } from '../../engine/outside/check-outside.ts';
import {
  outsideNames,
  publishable,
  type OutsideNames,
  type Publishable,
} from '../../engine/outside/outline.ts';
import type { WorkflowDocument } from '../../engine/dsl/document.ts';

/** What is said of a definition's text without the document itself, which can be large. */
export interface Judgement {
  readonly findings: readonly Finding[];
  /** What it refers to; present when no finding is an error. */
  readonly names?: OutsideNames;
  /** Likewise, where it is asked for. */
  readonly publishable?: Publishable;
}

export interface JudgeRequest {
  readonly source: string;
  readonly options: LoadOptions;
  readonly isToBePublished: boolean;
}

/** The same without the document: it is read again unless this thread has just read it. */
export type OutsideRequest = Omit<OutsideCheck, 'document'>;

/** The last document with references: mostly the next request is about these. */
let last: { readonly source: string; readonly document: WorkflowDocument } | undefined;

export function judge({ source, options, isToBePublished }: JudgeRequest): Judgement {
  last = undefined;
  const { findings, document } = checkDefinition(source, options);
  if (document === undefined) return { findings };
  const names = outsideNames(document);
  if (names.integrations.length + names.secrets.length + names.agents.length > 0)
    last = { source, document };
  return { findings, names, ...(isToBePublished && { publishable: publishable(document) }) };
}

export function judgeOutside({ source, facts, missing }: OutsideRequest): Finding[] {
  const document = last?.source === source ? last.document : readAgain(source);
  return document === undefined ? [] : checkOutside({ source, document, facts, missing });
}

function readAgain(source: string): WorkflowDocument | undefined {
  return checkDefinition(source, { isPublished: true }).document;
}
