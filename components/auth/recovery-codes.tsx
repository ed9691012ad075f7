'use client';
import { useState } from 'react';
import { Button } from '../ui/button';
import { Checkbox } from '../ui/field';
import { Note } from '../ui/note';

/** Shown once: what gets a person back in without their device. Going on needs their word that they are stored. */
export function RecoveryCodes({ codes, onStored }: { codes: readonly string[]; onStored: () => void }) {
  const [isStored, setStored] = useState(false);
  const [word, setWord] = useState<string | null>(null);
  const text = `Going Live recovery codes\nEach works once.\n\n${codes.join('\n')}\n`;
  const copy = () =>
    navigator.clipboard
      .writeText(text)
      .then(() => setWord('Copied.'))
      .catch(() => setWord('Not copied: this browser refused. Select them by hand.'));
  const download = () => {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'going-live-recovery-codes.txt';
    link.click();
    URL.revokeObjectURL(url);
    setWord('Downloaded.');
  };
  return (
    <section className="grid gap-4" aria-labelledby="recovery-codes">
      <div>
        <h2 id="recovery-codes" className="text-sm font-semibold">
          Recovery codes, shown once
        </h2>
        <p className="text-ink-2">
          Each works once, in place of your second factor. Keep them where your device is not.
        </p>
      </div>
      <ul className="mono grid grid-cols-2 gap-x-4 gap-y-1.5 md:grid-cols-4">
        {codes.map((code) => (
          <li key={code} className="select-all">
            {code}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={copy}>Copy</Button>
        <Button onClick={download}>Download</Button>
        <span role="status" className="text-xs text-ink-2">
          {word}
        </span>
      </div>
      <Note tone="warn">They cannot be shown again. A new set, made in your settings, voids these.</Note>
      <Checkbox checked={isStored} onChange={(event) => setStored(event.target.checked)}>
        I have stored them
      </Checkbox>
      <Button
        variant="primary"
        size="lg"
        blocked={isStored ? undefined : 'Store the codes first, then tick the box.'}
        onClick={onStored}
      >
        Continue
      </Button>
    </section>
  );
}
