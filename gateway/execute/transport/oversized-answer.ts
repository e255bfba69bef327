import { AppError } from '../../../kernel/errors.ts';

/** A client asked for more than one answer may hold, which says nothing about the health of the subgraph. */
export class OversizedAnswer extends AppError {
  override readonly name = 'OversizedAnswer';

  constructor(subgraph: string, maxBytes: number) {
    super(
      'LIMIT_EXCEEDED',
      `Subgraph "${subgraph}" answered more than ${maxBytes} bytes: ask for less in one request`,
    );
  }
}
