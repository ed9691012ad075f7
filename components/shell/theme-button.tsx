'use client';
import { useTheme } from 'next-themes';
import { IconButton } from '../ui/button';

/** Dark and light; the system decides until a person does. */
export function useThemeToggle(): () => void {
  const { resolvedTheme, setTheme } = useTheme();
  return () => setTheme(resolvedTheme === 'light' ? 'dark' : 'light');
}

export function ThemeButton() {
  return <IconButton label="Switch theme" glyph="sun" onClick={useThemeToggle()} aria-keyshortcuts="t" />;
}
