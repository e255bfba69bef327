import { mapDatabaseFault } from '../kernel/database/faults.ts';
import { AppError } from '../kernel/errors.ts';

/** SQLSTATE classes that blame the rows of a statement: bad data, a broken constraint, too much of something. */
const dataClasses = new Set(['22', '23', '54']);

/** True when one row of the statement is to blame, so that the others succeed without it. */
export function isDataFault(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return (
    typeof error.code === 'string' &&
    error.code.length === 5 &&
    dataClasses.has(error.code.slice(0, 2))
  );
}

/** What a caller hears of a fault of the database. */
export function asAppError(error: unknown): AppError {
  const mapped = mapDatabaseFault(error);
  if (mapped instanceof AppError) return mapped;
  if (isDataFault(error))
    return new AppError(
      'BAD_USER_INPUT',
      'a value cannot be stored, e.g. text with a NUL character',
      { cause: error },
    );
  return new AppError('INTERNAL', 'the database refuses a statement', { cause: error });
}
