import type { Connection } from '../../core/pagination.ts';
import { AppError } from '../../kernel/errors.ts';

/** The page of a listing that was asked for one parent alone. */
export async function onlyPage<Row>(
  pages: Promise<readonly (Connection<Row> | AppError)[]>,
): Promise<Connection<Row>> {
  const [page] = await pages;
  if (page === undefined) throw new Error('a listing has no page');
  if (page instanceof AppError) throw page;
  return page;
}
