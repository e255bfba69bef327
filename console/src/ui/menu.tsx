import { type ReactNode, useId, useRef } from 'react';

interface Props {
  readonly label: ReactNode;
  readonly children: ReactNode;
}

/** A button that opens a list of buttons or links: the browser closes it on Escape, and when something else is pressed. */
export function Menu({ label, children }: Props) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  return (
    <div className="menu">
      <button className="button plain" type="button" popoverTarget={id}>
        {label}
        <span aria-hidden="true" className="caret" />
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        className="menu-list"
        onClick={({ target }) => {
          if (target instanceof Element && target.closest('button, a')) list.current?.hidePopover();
        }}
      >
        {children}
      </div>
    </div>
  );
}
