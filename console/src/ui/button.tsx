import type { ReactNode } from 'react';

interface Props {
  readonly children: ReactNode;
  readonly kind?: 'primary' | 'plain' | 'danger' | 'quiet';
  readonly type?: 'button' | 'submit';
  readonly isBusy?: boolean;
  readonly disabled?: boolean;
  /** Why it cannot be pressed, or what it does. */
  readonly title?: string | undefined;
  readonly onClick?: () => void;
}

/** Stays focusable while it is busy, so that the keyboard does not lose its place. */
export function Button({
  children,
  kind = 'plain',
  type = 'button',
  isBusy = false,
  ...rest
}: Props) {
  const { disabled = false, title, onClick } = rest;
  return (
    <button
      className={`button ${kind}`}
      type={type}
      title={title}
      disabled={disabled}
      aria-busy={isBusy}
      aria-disabled={isBusy}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else onClick?.();
      }}
    >
      {children}
    </button>
  );
}
