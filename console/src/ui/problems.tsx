import { Refusal } from '../app/ask.ts';
import { messageOf } from './failure.tsx';

/** Why a form or an action was refused. */
export function Problems({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  if (!(error instanceof Refusal))
    return (
      <p className="problem" role="alert">
        {messageOf(error)}
      </p>
    );
  return (
    <div className="problem" role="alert">
      <ul>
        {error.problems.map(({ code, field, message }) => (
          <li key={`${code} ${field}`}>
            {message} <code>{[code, field].filter(Boolean).join(' ')}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}
