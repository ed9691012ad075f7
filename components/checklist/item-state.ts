import type { ItemView } from '@/server/checklist/view';
import type { ItemState } from '../ui/checklist-cells';

export type Shown = { state: ItemState; word?: string; detail?: string };

const initialsOf = (name: string) =>
  name
    .split(/\s+/)
    .map((part) => part[0] ?? '')
    .join('')
    .slice(0, 2)
    .toUpperCase();

/** How the sign-off of an item is shown: its state, and who or what stands behind it. */
export function shownState(item: ItemView): Shown {
  const counting = item.signatures.filter((one) => one.counts);
  const names = counting
    .map((one) => initialsOf(one.personName))
    .reverse()
    .join(', ');
  const waiver = item.waivers.find((one) => one.state === 'in-force');
  switch (item.state) {
    case 'signed':
      return { state: 'signed', detail: names };
    case 'waived':
      return { state: 'waived', detail: waiver ? `to ${dayOf(waiver.expiresAt)}` : undefined };
    case 'failed':
      return { state: 'failed', detail: item.missing.replace(/^failed: /, '') };
    case 'expired':
      return { state: 'expired', detail: 'the waiver ended' };
    default:
      break;
  }
  if (counting.length > 0) {
    const needed = Math.max(item.signaturesNeeded, counting.length);
    const mine = item.signing.may ? 'needs you' : `needs ${item.who}`;
    return {
      state: 'half-signed',
      word: `${counting.length} of ${Math.max(needed, counting.length + 1)}`,
      detail: mine,
    };
  }
  if (item.signatures.some((one) => one.voidedAt))
    return { state: 'voided', detail: item.signing.may ? 'needs you' : undefined };
  if (item.state === 'evidence-attached') {
    return { state: 'evidence-attached', detail: item.signing.may ? 'needs you' : 'not signed' };
  }
  return { state: 'open', detail: item.dueAt ? `due ${dayOf(item.dueAt)}` : undefined };
}

const dayOf = (at: Date) => at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** What stands in the evidence column: the first attachment and how many more, or the probe. */
export function evidenceWords(item: ItemView): string | null {
  const [first, ...more] = item.evidence;
  if (first) return more.length ? `${first.body}, +${more.length}` : first.body;
  return item.evidenceKinds.every((kind) => kind === 'probe') ? 'probe' : null;
}
