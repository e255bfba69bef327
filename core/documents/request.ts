import type { LoadOptions } from '../../engine/load-definition.ts';
import type { WorkflowDocument } from '../../engine/dsl/document.ts';
import type { EndedJob, RedrivePoint } from '../../engine/redrive-plan.ts';
import type { Rendering } from '../../engine/render/render.ts';
import type { RecordedJob } from '../../engine/scenarios/record-scenario.ts';
import type { InputLimits } from '../../engine/rules.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { BacktestRequest } from './backtest-jobs.ts';
import type { JudgeRequest, OutsideRequest } from './judge.ts';

/** What a thread can be asked to do with what others supply. */
export type DocumentRequest =
  | { readonly act: 'check'; readonly source: string; readonly options: LoadOptions }
  | ({ readonly act: 'judge' } & JudgeRequest)
  | { readonly act: 'outside'; readonly check: OutsideRequest }
  | { readonly act: 'read'; readonly text: string }
  | {
      readonly act: 'input';
      readonly document: WorkflowDocument;
      readonly input: JsonValue;
      readonly limits: InputLimits;
    }
  | {
      readonly act: 'data';
      readonly schema: JsonValue;
      readonly data: JsonValue;
      readonly limits: InputLimits;
    }
  | {
      readonly act: 'render';
      readonly responses: JsonValue | undefined;
      readonly rendering: Rendering;
    }
  | {
      readonly act: 'redrive';
      readonly document: WorkflowDocument;
      readonly job: EndedJob;
      readonly point: RedrivePoint;
    }
  | { readonly act: 'record'; readonly document: WorkflowDocument; readonly job: RecordedJob }
  | ({ readonly act: 'backtest' } & BacktestRequest);

// Only `openDocuments` posts to this room's threads.
export function asDocumentRequest(message: unknown): DocumentRequest {
  return message as DocumentRequest;
}
