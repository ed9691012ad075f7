import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import type { Actor, Role } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, type Tx } from '../kernel/transaction';
import { openItem, publishChange } from './actions';
import { insertItems, itemNumbers, updateItem } from './item-store';
import type { ProbeDefinition, ProbeRegistry } from './probe';
import { resettle } from './settle-actions';
import { type ItemRow, placeOf } from './store';
import type { EvidenceKind, Section } from './template';
import { templateInForce } from './template-store';

const DAY = 86_400_000;

/** Copies the template into a new launch, in the transaction that opens it. Gives the version of the template. */
export async function createChecklist(tx: Tx, launchId: string, now: Date): Promise<number> {
  const template = await templateInForce(tx);
  await insertItems(
    tx,
    template.items.map((row) => ({
      id: newId(),
      launchId,
      number: row.number,
      section: row.section,
      text: row.text,
      ownerRole: row.owner,
      isCritical: row.critical,
      evidenceKinds: [...row.evidence],
      probes: [...row.probes],
      dueAt: new Date(now.getTime() + row.dueDays * DAY),
    })),
  );
  return template.version;
}

export type ItemEdit = {
  itemId: string;
  /** The version that was looked at: somebody else's edit in between is not overwritten. */
  version: number;
  text?: string;
  ownerRole?: Role;
  dueAt?: Date;
};

/** Changes what an item says. Its signatures are void, and its critical weight cannot be taken away. */
export async function editItem(actor: Actor, edit: ItemEdit): Promise<void> {
  await change(actor, edit.itemId, edit.version, 'checklist.item-edited', 'edited the item', () => ({
    ...(edit.text === undefined ? {} : { text: edit.text }),
    ...(edit.ownerRole === undefined ? {} : { ownerRole: edit.ownerRole }),
    ...(edit.dueAt === undefined ? {} : { dueAt: edit.dueAt }),
  }));
}

/**
 * Tells a probe of an item what to look at. Throws INVALID with the probe's own words where the parameters do not fit.
 * Signatures are void: what was attested is another check now.
 */
export async function configureProbe(
  registry: ProbeRegistry,
  actor: Actor,
  input: { itemId: string; version: number; kind: string; params: Record<string, unknown> },
): Promise<void> {
  const probe = registry.get(input.kind);
  if (!probe) throw notFound('The probe');
  const parsed = probe.params.safeParse(input.params);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new DomainError('INVALID', `${issue?.message ?? 'These settings do not fit the probe.'}`, {
      data: { fields: { params: [issue?.message ?? ''] } },
    });
  }
  await change(
    actor,
    input.itemId,
    input.version,
    'checklist.probe-configured',
    `changed the probe ${probe.label}`,
    (item) => {
      if (!item.probes.some((one) => one.kind === input.kind)) throw notFound('The probe of this item');
      const params = parsed.data as ProbeDefinition['params'];
      return { probes: item.probes.map((one) => (one.kind === input.kind ? { ...one, params } : one)) };
    },
  );
}

async function change(
  actor: Actor,
  itemId: string,
  version: number,
  type: string,
  what: string,
  decide: (item: ItemRow) => Partial<ItemRow>,
): Promise<void> {
  await inTransaction(async (tx, now) => {
    const { item, place } = await openItem(tx, itemId);
    authorize(actor, 'launch.edit', { portfolioId: place.portfolioId });
    if (item.version !== version) {
      throw new DomainError('STALE_ITEM', 'Somebody changed this item meanwhile. Look again; what you typed is kept.');
    }
    const columns = decide(item);
    const after = { ...item, ...columns, version: item.version + 1 };
    await updateItem(tx, item.id, { ...columns, version: after.version });
    recordEvent(tx, {
      type,
      actor,
      subject: { kind: 'checklist-item', id: item.id },
      portfolioId: place.portfolioId,
      launchId: place.launchId,
      data: { item: item.number, text: after.text, change: columns },
    });
    await resettle(tx, { item: after, place, by: actor, what, now });
    publishChange(tx);
  });
}

export type NewItem = {
  launchId: string;
  section: Section;
  text: string;
  ownerRole: Role;
  isCritical: boolean;
  evidenceKinds: EvidenceKind[];
  dueAt: Date | null;
};

/** Adds an item to the checklist of one launch; it counts like those of the template. */
export async function addItem(actor: Actor, input: NewItem): Promise<string> {
  return inTransaction(async (tx) => {
    const place = await placeOf(input.launchId, tx);
    if (!place) throw notFound('The launch');
    authorize(actor, 'launch.edit', { portfolioId: place.portfolioId });
    if (place.status === 'aborted' || place.status === 'finished') {
      throw new DomainError('LAUNCH_CLOSED', `${place.number} is ${place.status}: its checklist is a record now.`);
    }
    const number = Math.max(0, ...(await itemNumbers(tx, input.launchId))) + 1;
    const id = newId();
    await insertItems(tx, [{ ...input, id, number, probes: [] }]);
    recordEvent(tx, {
      type: 'checklist.item-added',
      actor,
      subject: { kind: 'checklist-item', id },
      portfolioId: place.portfolioId,
      launchId: place.launchId,
      data: { item: number, text: input.text, ownerRole: input.ownerRole, isCritical: input.isCritical },
    });
    publishChange(tx);
    return id;
  });
}
