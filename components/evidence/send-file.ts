/** What the upload route answered: the backtests it made, or the server's words. */
export type Sent = { ok: true; backtestIds: string[] } | { ok: false; words: string };

type Answer = { detail?: string; backtests?: { id: string }[] };

/**
 * Sends a file to the upload route and tells how much of it has gone (0 to 1). XMLHttpRequest, because fetch does not
 * tell what it has sent. Never throws: silence on the line is an answer in words too.
 */
export function sendFile(
  file: File,
  query: Record<string, string>,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Sent> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/evidence?${new URLSearchParams(query)}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => {
      const answer = (request.response ?? {}) as Answer;
      if (request.status === 201 && answer.backtests)
        return resolve({ ok: true, backtestIds: answer.backtests.map((one) => one.id) });
      resolve({
        ok: false,
        words: answer.detail ?? `The server answered ${request.status} without a reason. Nothing was kept; try again.`,
      });
    };
    request.onerror = () =>
      resolve({ ok: false, words: 'The upload broke off. Nothing was kept; try again when the page is live.' });
    request.onabort = () => resolve({ ok: false, words: 'Cancelled. Nothing was kept.' });
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
