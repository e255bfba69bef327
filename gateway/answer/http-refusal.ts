import { AppError } from '../../kernel/errors.ts';

/** A refusal whose HTTP status says more than its code. */
export class HttpRefusal extends AppError {
  override readonly name = 'HttpRefusal';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super('BAD_USER_INPUT', message);
    this.status = status;
    this.headers = headers;
  }
}
