import { LEVELS, type Urgency } from './routing';

export type Fact = [label: string, value: string];

/** What a delivery tells, kept as data and worded for each kind of channel when it is sent. */
export type Message = {
  urgency: Urgency;
  /** Why it is sent now: empty for the first notice, else such as "Escalated to Management" or "Repeated". */
  occasion: string;
  title: string;
  body: string;
  /** Label and value, in the order shown: which limit, how far, since when, what was done. Pairs, since jsonb keeps no order of keys. */
  facts: Fact[];
  nextStep: string;
  /** Path within the product, such as /alerts/0192…; the address in front is the installation's. */
  link: string;
  subject: { kind: string; id: string };
  level: number;
  isTest: boolean;
};

const URGENCY_WORD: Record<Urgency, string> = {
  emergency: 'EMERGENCY',
  critical: 'CRITICAL',
  high: 'HIGH',
  medium: 'MEDIUM',
  low: 'LOW',
};

/** `[CRITICAL] Daily loss 5.31 % exceeds 5.00 %`; a test says so, so that nobody acts on it. */
export function subjectLine(message: Message): string {
  const head = message.isTest ? 'TEST' : URGENCY_WORD[message.urgency];
  const tail = message.occasion ? ` (${message.occasion})` : '';
  return oneLine(`[${head}] ${message.title}${tail}`).slice(0, 200);
}

// A line break in a subject would begin another header.
const oneLine = (text: string) => text.replace(/[\r\n\t]+/g, ' ');

export type Addresses = { link: string; acknowledge: string | null };

/** The plain text of a message: what happened, the facts, what to do next, where. */
export function plainText(message: Message, addresses: Addresses): string {
  const facts = message.facts.map(([label, value]) => `${label}: ${value}`);
  return [
    message.isTest ? 'This is a test of the channel. Nothing is wrong.' : '',
    message.occasion ? `${message.occasion}.` : '',
    message.title,
    message.body,
    facts.join('\n'),
    message.nextStep ? `Next: ${message.nextStep}` : '',
    addresses.acknowledge ? `Acknowledge (one tap, works once):\n${addresses.acknowledge}` : '',
    `Look at it:\n${addresses.link}`,
    message.level > 0 ? `Told to: ${LEVELS.slice(0, message.level + 1).join(', ')}` : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

const escaped = (text: string) =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c] ?? c);

const button = (href: string, label: string, solid: boolean) =>
  `<p><a href="${escaped(href)}" style="display:inline-block;padding:14px 20px;border-radius:6px;border:1px solid #14181c;${
    solid ? 'background:#14181c;color:#ffffff' : 'color:#14181c'
  };text-decoration:none;font-weight:600">${label}</a></p>`;

/** The same as HTML for mail: no picture, no script, readable without styles. */
export function htmlText(message: Message, addresses: Addresses): string {
  const facts = message.facts
    .map(
      ([label, value]) =>
        `<tr><td style="padding:2px 16px 2px 0;color:#47505a">${escaped(label)}</td><td>${escaped(value)}</td></tr>`,
    )
    .join('');
  return [
    '<div style="font:15px/22px system-ui,sans-serif;color:#14181c;max-width:36em">',
    `<p style="margin:0;color:#47505a">${escaped(message.isTest ? 'Test of the channel. Nothing is wrong.' : URGENCY_WORD[message.urgency])}${
      message.occasion ? ` · ${escaped(message.occasion)}` : ''
    }</p>`,
    `<h1 style="font-size:20px;line-height:26px;margin:4px 0 8px">${escaped(message.title)}</h1>`,
    message.body ? `<p>${escaped(message.body)}</p>` : '',
    facts ? `<table style="border-collapse:collapse">${facts}</table>` : '',
    message.nextStep ? `<p><b>Next:</b> ${escaped(message.nextStep)}</p>` : '',
    addresses.acknowledge ? button(addresses.acknowledge, 'Acknowledge', true) : '',
    button(addresses.link, 'Look at it', false),
    '</div>',
  ].join('\n');
}

/** The body of a webhook: a stable shape for machines, with the same addresses. */
export function webhookPayload(message: Message, addresses: Addresses, sentAt: Date): Record<string, unknown> {
  return {
    type: `${message.subject.kind}.notice`,
    timestamp: sentAt.toISOString(),
    data: {
      severity: message.urgency,
      occasion: message.occasion || 'raised',
      title: message.title,
      body: message.body,
      facts: Object.fromEntries(message.facts),
      nextStep: message.nextStep,
      subject: message.subject,
      level: LEVELS[message.level] ?? LEVELS[0],
      isTest: message.isTest,
      link: addresses.link,
      acknowledge: addresses.acknowledge,
    },
  };
}
