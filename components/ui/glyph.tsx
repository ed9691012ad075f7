import type { ReactNode } from 'react';
import { cx } from './cx';

const line = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.5,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const;
const CUT = 'var(--icon-cut, var(--color-surface))';
const OCTAGON = 'M4.9.8h6.2l4.1 4.1v6.2l-4.1 4.1H4.9L.8 11.1V4.9z';
const ring = <circle cx="8" cy="8" r="6.25" {...line} />;

// One outline per status, so that severities stay apart when amber, orange and red fall together (deuteranopia).
const SHAPES = {
  ok: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="M4.8 8.3l2.2 2.2 4.3-4.7" {...line} stroke={CUT} strokeWidth={1.7} />
    </>
  ),
  run: (
    <>
      {ring}
      <path d="M8 3.6a4.4 4.4 0 0 1 0 8.8z" fill="currentColor" />
    </>
  ),
  wait: (
    <>
      {ring}
      <path d="M8 4.6V8l2.3 1.5" {...line} />
    </>
  ),
  low: (
    <>
      <rect x="1.75" y="1.75" width="12.5" height="12.5" rx="1.5" {...line} />
      <path d="M8 5v3.6M8 11v.1" {...line} />
    </>
  ),
  warn: <path d="M8 1.9L15 14H1zM8 6.2v3.6M8 11.8v.1" {...line} />,
  high: (
    <>
      <path d="M8 .6L15.4 8 8 15.4.6 8z" fill="currentColor" />
      <path d="M8 4.4v4.2M8 11.1v.2" stroke={CUT} strokeWidth="1.7" strokeLinecap="round" />
    </>
  ),
  crit: (
    <>
      <path d={OCTAGON} fill="currentColor" />
      <path d="M8 4.1v4.6M8 11.4v.2" stroke={CUT} strokeWidth="1.9" strokeLinecap="round" />
    </>
  ),
  halt: (
    <>
      <path d={OCTAGON} fill="currentColor" />
      <path d="M5 8h6" stroke={CUT} strokeWidth="2" strokeLinecap="round" />
    </>
  ),
  reduce: <path d="M1 2.5h14L8 14.5z" fill="currentColor" />,
  active: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="M6.4 5l4.6 3-4.6 3z" fill={CUT} />
    </>
  ),
  fail: (
    <>
      <rect x="1.5" y="1.5" width="13" height="13" rx="1.5" fill="currentColor" />
      <path d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" stroke={CUT} strokeWidth="1.7" strokeLinecap="round" />
    </>
  ),
  unknown: (
    <>
      <circle cx="8" cy="8" r="6.4" {...line} strokeDasharray="2.2 2.3" />
      <path d="M6.3 6.3c.2-2 3.4-2 3.4.1 0 1.3-1.7 1.3-1.7 2.6M8 11.3v.1" {...line} />
    </>
  ),
  off: ring,
  void: (
    <>
      {ring}
      <path d="M3.8 12.2l8.4-8.4" {...line} />
    </>
  ),
  waive: (
    <path d="M8 1.5l5.5 2v4.2c0 3.4-2.3 5.7-5.5 6.8-3.2-1.1-5.5-3.4-5.5-6.8V3.5z" {...line} strokeDasharray="2.4 2" />
  ),
  mute: <path d="M3 11.5l1-1.7V7a4 4 0 0 1 8 0v2.8l1 1.7zM6.6 13.6a1.5 1.5 0 0 0 2.8 0M1.8 1.8l12.4 12.4" {...line} />,
  lock: (
    <>
      <rect x="3" y="7" width="10" height="7" rx="1.2" {...line} />
      <path d="M5 7V5a3 3 0 0 1 6 0v2" {...line} />
    </>
  ),
  user: (
    <>
      <circle cx="8" cy="5.2" r="2.7" {...line} />
      <path d="M2.8 14c.5-3 2.6-4.4 5.2-4.4s4.7 1.4 5.2 4.4" {...line} />
    </>
  ),
  stop: <path d="M5.1 1.2h5.8l3.9 3.9v5.8l-3.9 3.9H5.1l-3.9-3.9V5.1zM5.2 8h5.6" {...line} />,
  grid: <path d="M2 2h5v6H2zM9 2h5v3.5H9zM9 8h5v6H9zM2 10.5h5V14H2z" {...line} />,
  launch: <path d="M2.5 13.5h11M8 10.5v-8M4.5 6L8 2.5 11.5 6" {...line} />,
  gauge: <path d="M2.2 12a6.3 6.3 0 1 1 11.6 0M8 9.5l2.8-3.6" {...line} />,
  ruler: <path d="M1.5 5h13v6h-13zM4.5 5v2.5M7.5 5v3.5M10.5 5v2.5" {...line} />,
  pulse: <path d="M1.5 8.5h3l2-5.5 3 10 2-4.5h3" {...line} />,
  bell: <path d="M3 11.5V11l1-1.2V7a4 4 0 0 1 8 0v2.8l1 1.2v.5zM6.6 13.6a1.5 1.5 0 0 0 2.8 0" {...line} />,
  flag: <path d="M3.5 14.5v-13M3.5 2.5h9l-2 3 2 3h-9" {...line} />,
  doc: <path d="M3.5 1.5h6l3 3v10h-9zM6 8h4M6 11h4" {...line} />,
  note: <path d="M2.5 2.5h11v8l-3 3h-8zM5 6h6M5 9h3M10.5 13.500v-3h3" {...line} />,
  chain: (
    <path
      d="M6.6 9.4l2.8-2.8M7 4.5l1.6-1.600a2.9 2.9 0 0 1 4.1 4.1L11 8.6M9 11.5l-1.6 1.6A2.9 2.9 0 0 1 3.3 9L5 7.4"
      {...line}
    />
  ),
  cog: (
    <>
      <path d="M2 4.5h7M12.5 4.5H14M2 11.5h1.5M7 11.5h7" {...line} />
      <circle cx="10.7" cy="4.5" r="1.8" {...line} />
      <circle cx="5.2" cy="11.5" r="1.8" {...line} />
    </>
  ),
  find: (
    <>
      <circle cx="7" cy="7" r="4.7" {...line} />
      <path d="M10.6 10.6L14 14" {...line} />
    </>
  ),
  strategy: <path d="M2 12.500l3.5-4 3 2.500L14 4M10.5 4H14v3.5" {...line} />,
  updown: <path d="M5 6l3-3 3 3M5 10l3 3 3-3" {...line} />,
  down: <path d="M4 6l4 4 4-4" {...line} />,
  right: <path d="M6 4l4 4-4 4" {...line} />,
  left: <path d="M10 4L6 8l4 4" {...line} />,
  menu: <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" {...line} />,
  close: <path d="M4 4l8 8M12 4l-8 8" {...line} />,
  check: <path d="M3.5 8.500l3 3 6-7" {...line} />,
  plus: <path d="M8 3v10M3 8h10" {...line} />,
  pin: <path d="M6 2h4l-.5 5 2.5 2.500H4L6.5 7zM8 9.500V14" {...line} />,
  key: (
    <>
      <circle cx="5.2" cy="10.8" r="2.7" {...line} />
      <path d="M7.2 8.800L13.5 2.500M11 5l2 2" {...line} />
    </>
  ),
  sun: (
    <>
      <circle cx="8" cy="8" r="3" {...line} />
      <path d="M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1" {...line} />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type GlyphName = keyof typeof SHAPES;

const SIZES = { sm: 'size-3', md: 'size-3.5', lg: 'size-4', xl: 'size-5' } as const;

/** A 16-unit mark in the current colour. Without `label` it is decoration: the word beside it carries the meaning. */
export function Glyph({
  name,
  size = 'md',
  label,
  className,
}: {
  name: GlyphName;
  size?: keyof typeof SIZES;
  label?: string;
  className?: string;
}) {
  const classes = cx('inline-block flex-none align-[-2px]', SIZES[size], className);
  return label ? (
    <svg viewBox="0 0 16 16" className={classes} role="img" aria-label={label}>
      <title>{label}</title>
      {SHAPES[name]}
    </svg>
  ) : (
    <svg viewBox="0 0 16 16" className={classes} aria-hidden="true">
      {SHAPES[name]}
    </svg>
  );
}
