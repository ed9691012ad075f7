/** What a person types as per cent, as the fraction that travels: "8.5" is "0.085". Null for what is no number. */
export function fractionFrom(percent: string): string | null {
  const match = /^\s*(\d{1,3})(?:[.,](\d{1,10}))?\s*%?\s*$/.exec(percent);
  if (!match) return null;
  const [, whole = '0', decimals = ''] = match;
  const digits = `${whole.padStart(3, '0')}${decimals}`;
  const text = `${digits.slice(0, -2 - decimals.length) || '0'}.${digits.slice(-2 - decimals.length)}`;
  return text.replace(/^0+(?=\d)/, '').replace(/\.?0+$/, '') || '0';
}

/** A fraction as the per cent a person edits: "0.085" is "8.5". */
export const percentFrom = (fraction: string): string => String(Number((Number(fraction) * 100).toFixed(8)));
