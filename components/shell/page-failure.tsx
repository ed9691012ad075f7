'use client';
import { Button, ButtonLink } from '../ui/button';
import { Note } from '../ui/note';

/** A page that could not be rendered: what is known, a second try, and the emergency all the same. */
export function PageFailure({ digest, retry }: { digest?: string; retry: () => void }) {
  return (
    <div className="max-w-[74ch] p-4">
      <h1 className="mb-3 text-xl font-semibold">This page could not be shown</h1>
      <Note
        tone="high"
        role="alert"
        title="The server did not give this page. Trading and its limits do not depend on it."
      >
        Nothing was changed. Try again; if it stays, tell an engineer{digest ? ` this code: ${digest}` : ''}. Trading
        can be stopped from the emergency page below, or with npm run kill on the server.
      </Note>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button variant="primary" onClick={retry}>
          Try again
        </Button>
        <ButtonLink href="/emergency/start" variant="danger-line" glyph="stop">
          Emergency
        </ButtonLink>
      </div>
    </div>
  );
}
