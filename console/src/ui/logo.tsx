/** Three steps, one done after the other. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 16 16" width="22" height="22" aria-hidden="true">
      <rect width="16" height="16" rx="3.5" />
      <path d="M3 5h4M6 8h4M9 11h4" />
    </svg>
  );
}
