/** A mail as it is shown: its headers decoded, its text. */
export type MailMessage = {
  messageId: string;
  from: string;
  to: string;
  subject: string;
  date: string;
  text: string;
};

type Part = { headers: Map<string, string>; body: string };

/** Reads what our own sender writes and what RFC 2045 asks of readers: folded headers, encoded words, nested multiparts. */
export function readMail(raw: string): MailMessage {
  const whole = partOf(raw);
  const header = (name: string) => decodeWords(whole.headers.get(name) ?? '');
  return {
    messageId: header('message-id'),
    from: header('from'),
    to: header('to'),
    subject: header('subject'),
    date: header('date'),
    text: plainTextOf(whole) ?? '',
  };
}

function partOf(raw: string): Part {
  const text = raw.replace(/\r\n/g, '\n');
  const end = text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  const headers = new Map<string, string>();
  for (const line of head.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const at = line.indexOf(':');
    if (at > 0) headers.set(line.slice(0, at).toLowerCase(), line.slice(at + 1).trim());
  }
  return { headers, body: end < 0 ? '' : text.slice(end + 2) };
}

/** The first text/plain below a part, decoded. */
function plainTextOf(part: Part): string | null {
  const type = part.headers.get('content-type') ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (type.toLowerCase().startsWith('multipart/') && boundary) {
    for (const piece of part.body.split(`--${boundary}`).slice(1)) {
      if (piece.startsWith('--')) break;
      const found = plainTextOf(partOf(piece.replace(/^\n/, '')));
      if (found !== null) return found;
    }
    return null;
  }
  if (!type.toLowerCase().startsWith('text/plain')) return null;
  return decodeBody(part.body, (part.headers.get('content-transfer-encoding') ?? '').toLowerCase()).trimEnd();
}

function decodeBody(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  return encoding === 'quoted-printable' ? decodeQuoted(body.replace(/=\n/g, '')) : body;
}

const decodeQuoted = (text: string): string =>
  Buffer.from(
    text.replace(/=([0-9A-Fa-f]{2})|[\u0080-\uffff]/g, (all, hex: string | undefined) =>
      hex ? String.fromCharCode(Number.parseInt(hex, 16)) : all,
    ),
    'latin1',
  ).toString('utf8');

/** RFC 2047 words; the space between two of them is no space. */
const decodeWords = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?[^?]+\?([BbQq])\?([^?]*)\?=/g, (_, kind: string, body: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(body, 'base64').toString('utf8')
        : decodeQuoted(body.replaceAll('_', ' ')),
    );
