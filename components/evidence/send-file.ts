import type { SeriesChoice, TableReading } from '@/server/evidence/model';

/** Why a file was not taken, and what may be done about it; nothing of it was kept. */
export type Refusal = {
  /** The server's words. */
  words: string;
  /** How it was read. */
  choice: SeriesChoice;
  /** How a table was taken and what may be chosen instead; null for what is no table. */
  reading: TableReading | null;
  /** The line or the server, not the file: the same file may pass another time. */
  mayRepeat: boolean;
};

/** What the upload route answered: the backtests it made, or why it made none. */
export type Sent = { ok: true; backtestIds: string[] } | { ok: false; refusal: Refusal };

type Answer = { detail?: string; reading?: TableReading; backtests?: { id: string }[] };

/** The address of the upload route for a file and how it is to be read; what was not chosen is left to the guess. */
export function uploadAddress(place: { release: string; name: string; purpose: string }, choice: SeriesChoice): string {
  const chosen = Object.entries(choice).map(([name, value]) => [name, String(value)]);
  return `/api/v1/evidence?${new URLSearchParams({ ...place, ...Object.fromEntries(chosen) })}`;
}

/**
 * Sends a file to the upload route and tells how much of it has gone (0 to 1). XMLHttpRequest, because fetch does not
 * tell what it has sent. Never throws: silence on the line is an answer in words too.
 */
export function sendFile(
  file: File,
  place: { release: string; name: string; purpose: string },
  choice: SeriesChoice,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Sent> {
  return new Promise((resolve) => {
    const refuse = (words: string, mayRepeat = true, reading: TableReading | null = null) =>
      resolve({ ok: false, refusal: { words, choice, reading, mayRepeat } });
    const request = new XMLHttpRequest();
    request.open('POST', uploadAddress(place, choice));
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => {
      const { status } = request;
      const answer = (request.response ?? {}) as Answer;
      if (status === 201 && answer.backtests)
        return resolve({ ok: true, backtestIds: answer.backtests.map((one) => one.id) });
      refuse(
        answer.detail ?? `The server answered ${status} without a reason. Nothing was kept; try again.`,
        status === 429 || status >= 500,
        answer.reading,
      );
    };
    request.onerror = () => refuse('The upload broke off. Nothing was kept; send it again when the page is live.');
    request.onabort = () => refuse('Cancelled. Nothing was kept.');
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
