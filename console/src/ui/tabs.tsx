import { Link } from '@tanstack/react-router';

interface Props<Name extends string> {
  readonly label: string;
  readonly current: Name;
  readonly tabs: readonly (readonly [name: Name, text: string])[];
}

/** Parts of a view as links: each has an address, and the keyboard knows links. */
export function Tabs<Name extends string>({ label, current, tabs }: Props<Name>) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(([name, text]) => (
        <Link
          key={name}
          to="."
          search={(search: object) => ({ ...search, tab: name })}
          replace
          aria-current={name === current ? 'page' : undefined}
          activeProps={{}}
        >
          {text}
        </Link>
      ))}
    </nav>
  );
}
