import type { Transaction } from './database.ts';

/** Runs one member of a shared transaction: when it fails, what it wrote is undone and what others wrote stays. */
export async function inSavepoint<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
  await tx.$executeRaw`savepoint member`;
  try {
    const result = await work();
    await tx.$executeRaw`release savepoint member`;
    return result;
  } catch (error) {
    await tx.$executeRaw`rollback to savepoint member`;
    throw error;
  }
}
