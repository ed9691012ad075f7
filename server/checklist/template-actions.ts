import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { type Actor, actorRef } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { inTransaction, publish } from '../kernel/transaction';
import { insertTemplate, templateInForce } from './template-store';
import { type AddedItem, hasText, templateHash, withItem } from './template-version';

/**
 * Makes a new version of the template with one more item. It only adds: launches opened from then on have one more thing
 * to be true, those that are open keep the copy they have. One person of the firm who may change policies does it; an admin
 * proposes only and is refused. Throws TEMPLATE_CHANGED when another version came meanwhile, ALREADY_THERE.
 */
export async function extendTemplate(
  actor: Actor,
  input: AddedItem & { version: number },
): Promise<{ version: number }> {
  return inTransaction(async (tx, now) => {
    const leave = authorize(actor, 'policy.edit', { portfolioId: null });
    if (leave === 'propose')
      throw new DomainError('FORBIDDEN', 'A risk officer or manager of the firm adds to the template.');
    const template = await templateInForce(tx);
    const { version, ...added } = input;
    const changed = new DomainError(
      'TEMPLATE_CHANGED',
      'Another version was made meanwhile. Look at it, then add yours.',
    );
    if (template.version !== version) throw changed;
    if (hasText(template, added.text))
      throw new DomainError('ALREADY_THERE', 'The template has an item of these words already.');
    const next = withItem(template, added);
    const hash = templateHash(next);
    const isIn = await insertTemplate(tx, {
      version: next.version,
      items: next.items,
      contentHash: hash,
      createdBy: actorRef(actor),
      createdAt: now,
    });
    if (!isIn) throw changed;
    recordEvent(tx, {
      type: 'checklist.template-extended',
      actor,
      subject: { kind: 'checklist-template', id: String(next.version) },
      data: { version: next.version, contentHash: hash, item: next.items.at(-1) },
    });
    for (const topic of ['checklist', 'launches', 'policies']) publish(tx, topic);
    return { version: next.version };
  });
}
