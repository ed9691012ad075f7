import 'server-only';
import { fingerprintOf } from '../alerts/fingerprint';
import { raiseAlert, resolveAlert } from '../alerts/raise-actions';
import { recordEvent } from '../audit/record';
import { type Actor, actorRef } from '../kernel/actor';
import { instantText } from '../kernel/format';
import type { Tx } from '../kernel/transaction';
import { voidAttestations } from './item-store';
import { itemVerdict, voidSentence } from './rules';
import { type ItemRow, type LoadedItem, loadItem, type Place } from './store';

const voidedFingerprint = (itemId: string) =>
  fingerprintOf('checklist', 'voided', { kind: 'checklist-item', id: itemId });

/**
 * After anything of an item changed: voids the signatures that were given for other content, says who changed what and
 * when, and tells those who signed. Call it inside the transaction of the change, with the item locked.
 */
export async function resettle(
  tx: Tx,
  change: { item: ItemRow; place: Place; by: Actor; what: string; now: Date },
): Promise<LoadedItem> {
  const { item, place, by, now } = change;
  const loaded = await loadItem(item, place.portfolioId, tx);
  const stale = loaded.attestations.filter((one) => !one.voidedAt && one.contentHash !== loaded.facts.hash);
  const when = instantText(now, place.timeZone, now);
  const reason = voidSentence(item, by.name, change.what, when);
  const voided = await voidAttestations(
    tx,
    stale.map((one) => one.id),
    now,
    reason,
  );
  for (const one of voided) {
    recordEvent(tx, {
      type: 'checklist.sign-off-voided',
      actor: by,
      subject: { kind: 'checklist-item', id: item.id },
      portfolioId: place.portfolioId,
      launchId: place.launchId,
      data: {
        item: item.number,
        text: item.text,
        signer: one.personName,
        signedAs: one.role,
        reason,
        by: actorRef(by),
      },
    });
  }
  const after = voided.length ? await loadItem(item, place.portfolioId, tx) : loaded;
  if (voided.length) {
    const names = voided.map((one) => one.personName).join(', ');
    await raiseAlert(tx, {
      fingerprint: voidedFingerprint(item.id),
      severity: 'low',
      title: `Sign-off voided: ${item.text}`,
      body: `${by.name} ${change.what} at ${when}. Signatures of ${names} no longer count.`,
      portfolioId: place.portfolioId,
      strategyId: place.strategyId,
      launchId: place.launchId,
      subject: { kind: 'checklist-item', id: item.id },
      link: `/launches/${place.launchId}/checklist?item=${item.number}`,
      nextStep: 'Look at the item again and sign.',
      actor: by,
    });
  } else if (itemVerdict(after.facts, now).isSatisfied) {
    await resolveAlert(tx, voidedFingerprint(item.id), 'The item is signed again.', by);
  }
  return after;
}
