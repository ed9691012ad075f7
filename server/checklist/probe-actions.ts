import 'server-only';
import { fingerprintOf } from '../alerts/fingerprint';
import { raiseAlert, resolveAlert } from '../alerts/raise-actions';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { type Actor, job } from '../kernel/actor';
import { notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { log } from '../kernel/log';
import { inTransaction, readNow, type Tx } from '../kernel/transaction';
import { publishChange } from './actions';
import { attachedBacktests, findItem, insertProbeResult, lockItem, newestLooks, watchedItems } from './item-store';
import { isConfigured, type Probe, type ProbeDefinition, type ProbeRegistry, type ProbeReport } from './probe';
import { resettle } from './settle-actions';
import { type ItemRow, loadItem, placeOf, probeHashOf } from './store';

const PROBES = job('probes');
/** A verdict is stale after this many missed looks. */
const FRESH_LOOKS = 3;
const AT_ONCE = 6;

type Look = { item: ItemRow; definition: ProbeDefinition; probe: Probe; backtestIds: string[]; place: LookPlace };
type LookPlace = { portfolioId: string; strategyId: string; releaseId: string };

/**
 * Lets every probe look that is due (or all of `itemIds`, at once): before the launch and after it. One probe that
 * hangs or throws is recorded as unknown and never stops the others. Gives how many looked and what they found.
 */
export async function runProbes(
  registry: ProbeRegistry,
  options: { itemIds?: string[] } = {},
): Promise<{ looked: number; good: number; bad: number; unknown: number }> {
  const now = await readNow();
  const due = await looksDue(registry, options.itemIds ?? null, now);
  const count = { looked: due.length, good: 0, bad: 0, unknown: 0 };
  for (let next = 0; next < due.length; next += AT_ONCE) {
    const round = due.slice(next, next + AT_ONCE);
    const reports = await Promise.all(round.map((look) => lookOnce(look, now)));
    for (const [index, report] of reports.entries()) {
      count[report.verdict] += 1;
      try {
        await recordLook(round[index]!, report);
      } catch (error) {
        log.error({ err: error, item: round[index]!.item.id }, 'a look of a probe could not be recorded');
      }
    }
  }
  return count;
}

async function looksDue(registry: ProbeRegistry, itemIds: string[] | null, now: Date): Promise<Look[]> {
  const items = await watchedItems(itemIds);
  const ids = items.map(({ item }) => item.id);
  const [looks, imports] = await Promise.all([newestLooks(ids), attachedBacktests(ids)]);
  return items.flatMap(({ item, ...place }) =>
    item.probes.flatMap((definition) => {
      const probe = registry.get(definition.kind);
      if (!probe || !isConfigured(definition)) return [];
      const hash = probeHashOf(definition);
      const last = looks.find((one) => one.itemId === item.id && one.probe === definition.kind);
      const age = last && last.probeHash === hash ? now.getTime() - last.checkedAt.getTime() : Number.POSITIVE_INFINITY;
      if (itemIds === null && age < probe.everySeconds * 1000) return [];
      const backtestIds = imports.flatMap((one) => (one.itemId === item.id && one.backtestId ? [one.backtestId] : []));
      return [{ item, definition, probe, backtestIds, place }];
    }),
  );
}

async function lookOnce({ item, definition, probe, backtestIds, place }: Look, now: Date): Promise<ProbeReport> {
  const unknown = (summary: string): ProbeReport => ({ verdict: 'unknown', summary, measurement: {} });
  const parsed = probe.params.safeParse(definition.params);
  if (!parsed.success) return unknown(`Its settings do not fit: ${parsed.error.issues[0]?.message ?? 'look again'}`);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ProbeReport>((resolve) => {
    timer = setTimeout(() => resolve(unknown(`No result in ${probe.timeoutMs / 1000} s`)), probe.timeoutMs);
  });
  const context = { launchId: item.launchId, itemId: item.id, ...place, backtestIds, now };
  try {
    return await Promise.race([probe.check(parsed.data, context), late]);
  } catch (error) {
    return unknown((error as Error).message.slice(0, 200));
  } finally {
    clearTimeout(timer);
  }
}

async function recordLook(look: Look, report: ProbeReport): Promise<void> {
  await inTransaction(async (tx, now) => {
    authorize(PROBES, 'checklist.attach');
    const item = await lockItem(tx, look.item.id);
    const place = item && (await placeOf(item.launchId, tx));
    if (!item || !place) return;
    const before = await loadItem(item, place.portfolioId, tx);
    await insertProbeResult(tx, {
      id: newId(),
      itemId: item.id,
      launchId: item.launchId,
      probe: look.definition.kind,
      probeHash: probeHashOf(look.definition),
      verdict: report.verdict,
      summary: report.summary,
      measurement: report.measurement,
      checkedAt: now,
      freshUntil: new Date(now.getTime() + FRESH_LOOKS * look.probe.everySeconds * 1000),
    });
    const was = before.facts.probes.find((one) => one.definition.kind === look.definition.kind);
    if (was?.newest?.verdict !== report.verdict) {
      recordEvent(tx, {
        type: `checklist.probe-${report.verdict}`,
        actor: PROBES,
        subject: { kind: 'checklist-item', id: item.id },
        portfolioId: place.portfolioId,
        launchId: place.launchId,
        data: {
          item: item.number,
          text: item.text,
          probe: look.definition.kind,
          summary: report.summary,
          was: was?.newest?.verdict ?? null,
        },
      });
      const what = `saw the probe ${look.probe.label} turn ${report.verdict}`;
      await resettle(tx, { item, place, by: PROBES, what, now });
      publishChange(tx);
    }
    await tellOfTurn(tx, look, item, place, report, was?.lastDecided ?? null);
  });
}

async function tellOfTurn(
  tx: Tx,
  look: Look,
  item: ItemRow,
  place: NonNullable<Awaited<ReturnType<typeof placeOf>>>,
  report: ProbeReport,
  was: 'good' | 'bad' | null,
): Promise<void> {
  const subject = { kind: 'checklist-item', id: item.id };
  const fingerprint = fingerprintOf('checklist', `probe-${look.definition.kind}`, subject);
  if (report.verdict === 'good') {
    await resolveAlert(tx, fingerprint, `The probe says good again: ${report.summary}`, PROBES);
    return;
  }
  // Bad from the first look is work to do, which the page shows; turning bad is news.
  if (report.verdict !== 'bad' || was !== 'good') return;
  await raiseAlert(tx, {
    fingerprint,
    severity: item.isCritical ? 'high' : 'medium',
    title: `Checklist item failed: ${item.text}`,
    body: `${look.probe.label}: ${report.summary}. The item in ${place.number} is open again and its signatures are void.`,
    portfolioId: place.portfolioId,
    strategyId: place.strategyId,
    launchId: place.launchId,
    subject,
    link: `/launches/${place.launchId}/checklist?item=${item.number}`,
    nextStep: 'Put it right, check again, and sign the item anew.',
    actor: PROBES,
  });
}

/** Lets the probes of one item look now, because a person asks. */
export async function checkNow(
  registry: ProbeRegistry,
  actor: Actor,
  itemId: string,
): Promise<{ looked: number; good: number; bad: number; unknown: number }> {
  const item = await findItem(itemId);
  const place = item && (await placeOf(item.launchId));
  if (!item || !place) throw notFound('The checklist item');
  authorize(actor, 'checklist.attach', { portfolioId: place.portfolioId });
  return runProbes(registry, { itemIds: [itemId] });
}
