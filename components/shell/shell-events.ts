/** Things of the shell that several places open. */
type ShellEvent = 'palette' | 'shortcuts' | 'unlock';

const target = new EventTarget();

const fire = (event: ShellEvent) => () => {
  target.dispatchEvent(new Event(event));
};

export const openPalette = fire('palette');
export const openShortcuts = fire('shortcuts');
export const openUnlock = fire('unlock');

export function onShellEvent(event: ShellEvent, listener: () => void): () => void {
  target.addEventListener(event, listener);
  return () => target.removeEventListener(event, listener);
}
