import { AsyncLocalStorage } from 'node:async_hooks';

/** For whom work is done, as far as that is known; every line that is logged meanwhile tells it. */
export interface LogContext {
  readonly requestId?: string | undefined;
  readonly tenantId?: string | undefined;
  readonly jobId?: string | undefined;
  /** By the name of OpenTelemetry's log records; a span tells its own. */
  readonly trace_id?: string | undefined;
}

type Noted = { -readonly [Name in keyof LogContext]: LogContext[Name] };

const contexts = new AsyncLocalStorage<Noted>();

/** For whom the caller works. */
export function logContext(): LogContext {
  return contexts.getStore() ?? {};
}

/** Does the work for somebody; what is known from further out stays known. */
export function runInLogContext<T>(context: LogContext, work: () => T): T {
  return contexts.run({ ...contexts.getStore(), ...context }, work);
}

/** Adds what has become known meanwhile, such as who asks. */
export function noteInLogs(context: LogContext): void {
  Object.assign(contexts.getStore() ?? {}, context);
}

/** Does what serves nobody in particular, such as the care of a connection that somebody's work has opened. */
export function logForNobody<T>(work: () => T): T {
  return contexts.run({}, work);
}

/** A function that works for whom its maker does, whoever calls it. */
export function boundToLogs<Arguments extends unknown[], T>(
  work: (...given: Arguments) => T,
): (...given: Arguments) => T {
  return AsyncLocalStorage.bind(work);
}

/** A stream whose steps are work for whom its maker works, whoever pulls it. */
export function streamForLogs<T>(
  source: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  const within = AsyncLocalStorage.snapshot();
  return {
    next: () => within(() => source.next()),
    return: () => within(() => source.return()),
    throw: (error: unknown) => within(() => source.throw(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return();
    },
  };
}
