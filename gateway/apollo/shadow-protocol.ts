import type { AskedOperation } from './apollo-runner.ts';
import type { Difference } from './compare-answers.ts';

/** What the thread is started with. */
export interface ShadowStart {
  readonly supergraphSdl: string;
}

/** To the thread: an operation with the answer that was given, and what subgraphs answered it. */
export type ToShadow =
  | {
      readonly kind: 'run';
      readonly id: number;
      readonly asked: AskedOperation;
      readonly given: string;
    }
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly callId: number;
      /** A SubgraphAnswer as JSON. */
      readonly text: string;
    };

/** From the thread: subgraphs to ask, and what came of an operation. */
export type FromShadow =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly callId: number;
      readonly service: string;
      readonly body: string;
    }
  | { readonly kind: 'compared'; readonly id: number; readonly differences: readonly Difference[] }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
