'use client';
import { useState } from 'react';
import { Button } from '../ui/button';
import { Note } from '../ui/note';

/** A new person's way in, shown once: whoever holds it chooses the password. */
export function InvitationLink({ ticket, title }: { ticket: string; title: string }) {
  const [word, setWord] = useState<string | null>(null);
  const link = `${typeof window === 'undefined' ? '' : window.location.origin}/setup?invite=${ticket}`;
  const copy = () =>
    navigator.clipboard
      .writeText(link)
      .then(() => setWord('Copied.'))
      .catch(() => setWord('Not copied: select it by hand.'));
  return (
    <Note
      tone="ok"
      role="status"
      title={title}
      action={
        <Button size="sm" onClick={copy}>
          Copy link
        </Button>
      }
    >
      <span className="mono block break-all select-all">{link}</span>
      Give it to this person alone, by a way you trust. It works once, for 72 h. {word}
    </Note>
  );
}
