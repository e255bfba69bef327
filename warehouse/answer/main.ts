import { answer } from './answer.ts';
import type { AnswerOrder } from './messages.ts';

/** The child process of `createAnswers`: it answers one question after the other, and can be ended at any time. */
process.on('message', (order: AnswerOrder) => {
  void answer(order).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit());
