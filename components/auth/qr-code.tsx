import { encode } from 'uqr';

/** A QR code in its own white field, whatever the theme: cameras need the contrast. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 2 });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      width="168"
      height="168"
      role="img"
      aria-label={label}
      className="flex-none rounded-sm bg-[#fff]"
      shapeRendering="crispEdges"
    >
      <path d={path} fill="#0b0d0f" />
    </svg>
  );
}
