const paths = {
  jobs: 'M2.5 4h11M2.5 8h11M2.5 12h7',
  approvals: 'M3 8.5l3 3 7-7',
  agents: 'M3 2.5h7l3 3v8H3zM10 2.5v3h3M5.5 8.5h5M5.5 11h3',
  schedules: 'M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12zM8 4.500V8l2.500 1.500',
  integrations: 'M6 2v3M10 2v3M4 5h8v3a4 4 0 0 1-8 0zM8 12v2.5',
  webhooks: 'M2.5 8h6M6 5l3 3-3 3M11 2.5h2.500v11H11',
  queue: 'M2.5 3.5h11v3h-11zM2.5 9.5h11v3h-11zM5 5h.01M5 11h.01',
  numbers: 'M2.500 2.500v11h11M5 11V8.500M8 11V5.500M11 11V7',
  audit: 'M8 1.8l5 2v4c0 3.2-2.2 5.3-5 6.4-2.8-1.1-5-3.2-5-6.4v-4zM5.8 7.9l1.6 1.6 2.9-3',
  access: 'M8 7.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13.500c.4-2.7 2.3-4 5-4s4.6 1.3 5 4',
  copy: 'M5.5 5.500v-3h8v8h-3M2.5 5.500h8v8h-8z',
  menu: 'M2.5 4.500h11M2.5 8h11M2.5 11.500h11',
  close: 'M4 4l8 8M12 4l-8 8',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  search: 'M7 11.500a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.500l3 3',
  out: 'M6.5 2.500h-4v11h4M6 8h7.500M10.5 5l3 3-3 3',
  chevron: 'M6 3.500L10.5 8 6 12.5',
  shield: 'M8 1.800l5 2v4c0 3.2-2.2 5.3-5 6.4-2.8-1.1-5-3.2-5-6.4v-4z',
} as const;

export type IconName = keyof typeof paths;

/** Decoration beside words, never instead of them. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
