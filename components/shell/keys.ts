import { ALL_PLACES } from './navigation';

/** Every key of the product, as the list behind `?` shows it. */
export const KEY_LIST: readonly { keys: string; does: string }[] = [
  { keys: '⌘K or /', does: 'Search or go to' },
  ...ALL_PLACES.flatMap((place) => (place.go ? [{ keys: `g ${place.go}`, does: place.label }] : [])),
  { keys: 'Shift E', does: 'Open the emergency page; it starts nothing' },
  { keys: 'j, k', does: 'Next and previous row' },
  { keys: 'Enter', does: 'Open the row' },
  { keys: 'a', does: 'Acknowledge' },
  { keys: 'n', does: 'Note' },
  { keys: '[ and ]', does: 'Narrower and wider window' },
  { keys: 't', does: 'Switch theme' },
  { keys: '?', does: 'This list' },
  { keys: 'Esc', does: 'Close' },
];

export type Pressed = { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; shiftKey: boolean };

export type KeyMeaning =
  | { kind: 'palette' | 'shortcuts' | 'theme' | 'emergency' | 'next' | 'previous' | 'prefix' }
  | { kind: 'go'; href: string }
  | { kind: 'press'; shortcut: string };

/**
 * What a key means, or null. `afterG` is true within a moment of `g`; `isTyping` while a field has the focus; single keys
 * can be turned off (WCAG 2.1.4), ⌘K cannot, since it needs a modifier.
 */
export function meaningOf(
  pressed: Pressed,
  { afterG, isTyping, singleKeys }: { afterG: boolean; isTyping: boolean; singleKeys: boolean },
): KeyMeaning | null {
  const { key } = pressed;
  if ((pressed.metaKey || pressed.ctrlKey) && key.toLowerCase() === 'k') return { kind: 'palette' };
  if (pressed.metaKey || pressed.ctrlKey || pressed.altKey || isTyping || !singleKeys) return null;
  if (afterG) {
    const place = ALL_PLACES.find((one) => one.go === key);
    return place ? { kind: 'go', href: place.href } : null;
  }
  switch (key) {
    case '/':
      return { kind: 'palette' };
    case '?':
      return { kind: 'shortcuts' };
    case 'g':
      return { kind: 'prefix' };
    case 't':
      return { kind: 'theme' };
    case 'E':
      return { kind: 'emergency' };
    case 'j':
      return { kind: 'next' };
    case 'k':
      return { kind: 'previous' };
    case 'a':
    case 'n':
    case '[':
    case ']':
      return { kind: 'press', shortcut: key };
    default:
      return null;
  }
}
