import type { AlertEvent } from '@/server/alerts/view';
import type { GlyphName } from '../ui/glyph';
import type { Tone } from '../ui/tone';

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const LEVEL_NAMES = ['the technical team', 'management', 'the board'];

export type EventWords = { glyph: GlyphName; tone: Tone; title: string; detail?: string };

/** What an event of an alert says on its timeline. */
export function wordsOfEvent({ type, actorName, data }: AlertEvent): EventWords {
  switch (type) {
    case 'alert.raised':
      return { glyph: 'run', tone: 'run', title: `Raised, ${text(data.severity)}`, detail: text(data.title) };
    case 'alert.confirmed':
      return { glyph: 'run', tone: 'run', title: 'Confirmed', detail: text(data.title) };
    case 'alert.worsened':
      return { glyph: 'high', tone: 'high', title: `Got worse: ${text(data.severity)}`, detail: text(data.title) };
    case 'alert.acknowledged':
      return { glyph: 'user', tone: 'run', title: `Acknowledged by ${text(data.by) || actorName}` };
    case 'alert.unacknowledged':
      return { glyph: 'user', tone: 'off', title: `Given back by ${actorName}` };
    case 'alert.acknowledgement-expired':
      return { glyph: 'wait', tone: 'warn', title: 'The acknowledgement ended; told again' };
    case 'alert.escalated':
      return {
        glyph: 'wait',
        tone: 'warn',
        title: `Escalated to ${LEVEL_NAMES[Number(data.level)] ?? 'the next level'}`,
      };
    case 'alert.repeated':
      return { glyph: 'wait', tone: 'off', title: 'Told again: nobody acknowledged' };
    case 'alert.silenced':
      return { glyph: 'mute', tone: 'off', title: `Silenced by ${actorName}`, detail: text(data.reason) };
    case 'alert.unsilenced':
      return { glyph: 'bell', tone: 'run', title: `Silence ended by ${actorName}` };
    case 'alert.silence-expired':
      return { glyph: 'bell', tone: 'warn', title: 'The silence ended; told again' };
    case 'alert.released':
      return { glyph: 'bell', tone: 'run', title: 'No longer held back by the emergency' };
    case 'alert.listed-in-digest':
      return { glyph: 'note', tone: 'off', title: 'Listed in the digest' };
    case 'alert.resolved':
      return { glyph: 'ok', tone: 'ok', title: 'Resolved', detail: text(data.reason) };
    case 'notification.delivered':
      return { glyph: 'ok', tone: 'ok', title: `${text(data.channel)} told` };
    case 'notification.dead':
      return {
        glyph: 'fail',
        tone: 'high',
        title: `${text(data.channel)} could not be told`,
        detail: text(data.error),
      };
    default:
      return { glyph: 'note', tone: 'off', title: type.replace(/[.-]/g, ' ') };
  }
}
