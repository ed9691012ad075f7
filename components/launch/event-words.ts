import type { TimelineItem } from '@/server/launch/view';
import { formatDuration, formatMoney } from '../ui/format';
import type { GlyphName } from '../ui/glyph';
import type { Tone } from '../ui/tone';

export type EventWords = { glyph: GlyphName; tone: Tone; title: string; detail?: string };

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const quoted = (value: unknown) => `“${text(value)}”`;
const because = (value: unknown) => (text(value) ? ` · ${text(value)}` : '');
const whyOf = (reasons: unknown): string =>
  Array.isArray(reasons) ? reasons.map((one) => text((one as { message?: unknown }).message)).join('; ') : '';
const FACTOR: Record<string, string> = { totp: 'second factor: code', passkey: 'second factor: passkey' };
const ROLE: Record<string, string> = {
  'risk-officer': 'Risk officer',
  engineer: 'Engineer',
  quant: 'Quant',
  manager: 'Manager',
  board: 'Board',
  admin: 'Admin',
};
const who = (one: TimelineItem) => [one.actorName, ROLE[text(one.data.role)]].filter(Boolean).join(', ');
const stop = (glyph: GlyphName, tone: Tone, title: string, detail?: string): EventWords => ({
  glyph,
  tone,
  title,
  detail,
});

/** What an event of a launch or its checklist says on a timeline. */
export function wordsOf(one: TimelineItem): EventWords {
  const { data, type } = one;
  const by = `by ${one.actorName}`;
  switch (type) {
    case 'launch.opened':
      return stop('launch', 'run', `Launch ${text(data.number)} opened`, by);
    case 'launch.phase-started':
      return stop('run', 'run', `Phase ${text(data.phase)} started`, by);
    case 'launch.phase-passed':
      return stop('ok', 'ok', `Phase ${text(data.phase)} passed`, by);
    case 'launch.phase-changed':
      return stop(
        data.to === 'failed' ? 'fail' : 'run',
        data.to === 'failed' ? 'high' : 'run',
        `Phase ${text(data.phase)}: ${text(data.to).replace('-', ' ')}`,
      );
    case 'launch.step-recorded':
      return stop(
        data.exitCode === 0 ? 'ok' : 'fail',
        data.exitCode === 0 ? 'ok' : 'high',
        text(data.step),
        `exit ${text(data.exitCode)} in ${formatDuration(Number(data.durationMs))} · ${by}`,
      );
    case 'launch.step-rolled-back':
      return stop('void', 'warn', `Rolled back: ${text(data.step)}`, `exit ${text(data.exitCode)} · ${by}`);
    case 'launch.step-edited':
    case 'launch.step-added':
    case 'launch.step-removed':
      return stop('note', 'off', `Runbook ${type.slice(12)}: ${text(data.step)}`, by);
    case 'launch.gate-approved':
      return stop('ok', 'ok', `${who(one)} approved the gate to ${text(data.to)}`, FACTOR[text(data.factor)]);
    case 'launch.gate-rejected':
      return stop('fail', 'high', `${who(one)} rejected the gate to ${text(data.to)}`, text(data.reason));
    case 'launch.approval-voided':
      return stop('void', 'warn', `Approval of ${text(data.approver)} voided`, text(data.reason));
    case 'launch.promoted':
      return stop(
        'launch',
        'run',
        `Promoted to ${text(data.to)} %`,
        `${by} · capital ${formatMoney(text(data.capital), { currency: text(data.currency) })}`,
      );
    case 'launch.demoted':
      return stop('reduce', 'warn', `Taken back to ${text(data.to)} %`, `${by}${because(data.reason)}`);
    case 'launch.held':
      return stop('lock', 'warn', 'Held', text(data.reason));
    case 'launch.released':
      return stop('run', 'run', 'Released', `${by}${because(data.reason)}`);
    case 'launch.aborted':
      return stop('fail', 'high', 'Aborted', `${by}${because(data.reason)}`);
    case 'launch.finished':
      return stop('ok', 'ok', 'Finished', by);
    case 'launch.gate-overridden':
      return stop('crit', 'crit', `${one.actorName} overrode a closed gate`, text(data.reason));
    case 'launch.override-reviewed':
      return stop('ok', 'ok', 'Override reviewed', `${by}${because(data.finding)}`);
    case 'launch.soak-paused':
      return stop('unknown', 'off', 'Soak paused', whyOf(data.reasons));
    case 'launch.soak-restarted':
      return stop('high', 'high', 'Soak restarted', whyOf(data.reasons));
    case 'launch.soak-resumed':
      return stop('run', 'run', 'Soak resumed');
    case 'launch.noted':
      return stop('note', 'off', text(data.text), `note ${by}`);
    case 'checklist.signed-off':
      return stop('ok', 'ok', `${who(one)} signed ${quoted(data.text)}`, FACTOR[text(data.factor)]);
    case 'checklist.sign-off-voided':
      return stop('void', 'warn', `Sign-off voided: ${quoted(data.text)}`, `of ${text(data.signer)} · ${by}`);
    case 'checklist.evidence-attached':
      return stop('note', 'off', `Evidence for ${quoted(data.text)}: ${text(data.body).slice(0, 80)}`, by);
    case 'checklist.evidence-removed':
      return stop('void', 'off', `Evidence removed from ${quoted(data.text)}`, by);
    case 'checklist.item-edited':
    case 'checklist.probe-configured':
      return stop('note', 'off', `Item changed: ${quoted(data.text)}`, by);
    case 'checklist.item-added':
      return stop('plus', 'off', `Item added: ${quoted(data.text)}`, by);
    case 'checklist.item-failed':
      return stop('fail', 'high', `Failed: ${quoted(data.text)}`, `${by}${because(data.why)}`);
    case 'checklist.failure-cleared':
      return stop('ok', 'ok', `Failure cleared: ${quoted(data.text)}`, `${by}${because(data.why)}`);
    case 'checklist.probe-good':
      return stop('ok', 'ok', `Probe good: ${quoted(data.text)}`, text(data.summary));
    case 'checklist.probe-bad':
      return stop('fail', 'high', `Probe bad: ${quoted(data.text)}`, text(data.summary));
    case 'checklist.probe-unknown':
      return stop('unknown', 'off', `Probe unknown: ${quoted(data.text)}`, text(data.summary));
    case 'waiver.proposed':
    case 'waiver.approved':
    case 'waiver.granted':
      return stop('waive', 'off', `Waiver ${type.slice(7)}: ${quoted(data.text)}`, `${by}${because(data.reason)}`);
    case 'waiver.rejected':
    case 'waiver.revoked':
    case 'waiver.expired':
      return stop('void', 'warn', `Waiver ${type.slice(7)}: ${quoted(data.text)}`, `${by}${because(data.why)}`);
    case 'alert.raised':
      return stop('bell', 'warn', `Alert ${text(data.number)}: ${text(data.title)}`);
    case 'alert.resolved':
      return stop('bell', 'off', `Alert ${text(data.number)} resolved`, text(data.reason));
    default:
      return stop('note', 'off', type.replaceAll(/[.-]/g, ' '), by);
  }
}
