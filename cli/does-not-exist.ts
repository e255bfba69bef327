import { AppError } from '../kernel/errors.ts';

/** What a command was asked about is not there, or not for whom asks. */
export function doesNotExist(what: string, name: string): AppError {
  return new AppError('NOT_FOUND', `${what} ${name} does not exist`);
}
