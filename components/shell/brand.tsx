/** The mark: steps up to a line, as capital goes live in tranches. */
export function Brand() {
  return (
    <>
      <svg viewBox="0 0 20 20" className="size-4.5 flex-none" aria-hidden="true">
        <path d="M2 18V2h16M6 18v-4h4v-4h4V6h4" fill="none" stroke="currentColor" strokeWidth="2" />
      </svg>
      <span>Going Live</span>
    </>
  );
}
