import { AppError } from '../../kernel/errors.ts';

/** What a good credential of a suspended tenant is told. */
export function tenantSuspended(): AppError {
  return new AppError('FORBIDDEN', 'the tenant is suspended; ask whoever runs the platform');
}
