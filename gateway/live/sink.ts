import type { FormattedError } from '../operation.ts';
import type { Payload } from './payload.ts';

/** Where the results of one client's subscription go. Nothing is called after `fail` or `complete`. */
export interface Sink {
  next(payload: Payload): void;
  fail(errors: readonly FormattedError[]): void;
  complete(): void;
}
