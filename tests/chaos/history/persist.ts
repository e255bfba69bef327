import { mapDatabaseFault } from '../../../kernel/database/faults.ts';
import { AppError } from '../../../kernel/errors.ts';

/** Whether a caller may be told so while things fail. */
const isPassing = (fault: unknown): boolean => fault instanceof AppError && fault.isRetryable;

/** Does an act until it is answered, as a careful client does; answers that no client should get are noted. */
export function createPersistence(signal: AbortSignal) {
  const wrong = new Map<string, number>();
  return {
    /** How often which answers came that no fault explains. */
    wrong,
    /** The answer, or undefined when the signal came first. */
    persist: async <T>(what: string, act: () => Promise<T>): Promise<T | undefined> => {
      while (!signal.aborted) {
        try {
          return await act();
        } catch (cause) {
          const fault = mapDatabaseFault(cause);
          const line = `${what}: ${String(fault)}`;
          if (!isPassing(fault)) wrong.set(line, (wrong.get(line) ?? 0) + 1);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
      return undefined;
    },
  };
}
