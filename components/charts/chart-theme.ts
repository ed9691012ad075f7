const TOKENS = [
  'ink',
  'ink-3',
  'canvas',
  'surface',
  'line-strong',
  'ok',
  'run',
  'warn',
  'high',
  'crit',
  'off',
  'series-1',
  'series-2',
  'series-3',
  'series-4',
  'series-5',
  'chart-grid',
  'chart-axis',
  'chart-under',
] as const;

export type ChartToken = (typeof TOKENS)[number];
export type ChartTheme = Record<ChartToken, string> & { font: string };

/** The canvas takes no CSS variables: the tokens in force are read as hex, again on each change of theme. */
export function readTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const colours = Object.fromEntries(TOKENS.map((name) => [name, style.getPropertyValue(`--color-${name}`).trim()]));
  return { ...(colours as Record<ChartToken, string>), font: style.getPropertyValue('--font-sans').trim() };
}

/** Calls back when the person, or their system, changes the theme. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
