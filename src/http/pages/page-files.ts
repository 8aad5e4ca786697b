/** The icon: a door with the handle of a safe. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
  <rect x="2" y="2" width="28" height="28" rx="5" fill="#1d3a4f" />
  <rect x="6" y="6" width="20" height="20" rx="2" fill="none" stroke="#e9c46a" stroke-width="2" />
  <circle cx="16" cy="16" r="4" fill="none" stroke="#e9c46a" stroke-width="2" />
  <path d="M16 9v3M16 20v3M9 16h3M20 16h3" stroke="#e9c46a" stroke-width="2" stroke-linecap="round" />
</svg>
`

/** The style of the pages at `/` and `/errors`. */
export const PAGE_STYLE = `body {
  margin: 0 auto;
  max-width: 72rem;
  padding: 1.5rem;
  background: #fafafa;
  color: #1c2733;
  font: 1rem/1.5 system-ui, sans-serif;
}
header { display: flex; align-items: center; gap: 0.75rem; }
h1 { font-size: 1.5rem; }
a { color: #14618f; }
table { width: 100%; border-collapse: collapse; background: #fff; }
th, td { padding: 0.5rem 0.75rem; border: 1px solid #d5dce3; text-align: left; vertical-align: top; }
thead th { background: #1d3a4f; color: #fff; }
code { font-size: 0.875rem; }
tr:target { background: #fdf3d3; }
`
