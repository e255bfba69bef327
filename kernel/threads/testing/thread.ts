import { AppError } from '../../errors.ts';
import { serveThread } from '../serve-thread.ts';

/** What the thread of tests can be asked for. */
export type TestRequest =
  | { readonly act: 'echo'; readonly value: string }
  | { readonly act: 'hang' }
  | { readonly act: 'grow' }
  | { readonly act: 'exit' }
  | { readonly act: 'refuse' };

// Only tests post to this thread.
function asTestRequest(message: unknown): TestRequest {
  return message as TestRequest;
}

serveThread(asTestRequest, (request) => {
  switch (request.act) {
    case 'echo':
      return request.value;
    case 'hang':
      for (;;);
    case 'grow':
      for (const kept: number[][] = []; ;) kept.push(new Array<number>(10_000).fill(0.5));
    case 'exit':
      return process.exit(3);
    case 'refuse':
      throw new AppError('NOT_FOUND', 'no such thing', { path: 'a.b' });
  }
});
