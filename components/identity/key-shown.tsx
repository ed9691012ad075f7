'use client';
import { useState } from 'react';
import { Button } from '../ui/button';
import { Note } from '../ui/note';

/** A new key, this once: it is stored as a hash only. */
export function KeyShown({ text, waits }: { text: string; waits?: boolean }) {
  const [word, setWord] = useState<string | null>(null);
  const copy = () =>
    navigator.clipboard
      .writeText(text)
      .then(() => setWord('Copied.'))
      .catch(() => setWord('Not copied: select it by hand.'));
  return (
    <Note
      tone="ok"
      role="status"
      title="Key made. It is shown this once."
      action={
        <Button size="sm" onClick={copy}>
          Copy key
        </Button>
      }
    >
      <code className="mono block break-all select-all">{text}</code>
      {waits ? 'It opens nothing until a second person approves it.' : 'Send it as "Authorization: Bearer <key>".'}{' '}
      {word}
    </Note>
  );
}
