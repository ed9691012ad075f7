import 'server-only';
import { recordEvent } from '../audit/record';
import { job } from '../kernel/actor';
import { inTransaction } from '../kernel/transaction';
import { isSealedByOlderKey, reseal } from './secret-box';
import { boxesOf, replaceBox, type SecretColumn } from './secret-store';

/** Columns that hold sealed secrets; `boundTo` is the column named when sealing, where a box moves on to another. */
export const SECRET_COLUMNS: SecretColumn[] = [
  { table: 'channels', column: 'previous_secret_box', boundTo: 'secret_box' },
  { table: 'channels', column: 'secret_box', boundTo: 'secret_box' },
  { table: 'engines', column: 'previous_secret_box', boundTo: 'secret_box' },
  { table: 'engines', column: 'secret_box', boundTo: 'secret_box' },
  { table: 'people', column: 'totp_secret_box', boundTo: 'totp_secret_box' },
];

/**
 * Seals every stored secret again under the first key of SECRETS_KEYS; afterwards older keys may be taken out of it. A box
 * that changed meanwhile is left to the next run, and one that cannot be opened stops it: nothing is lost either way.
 */
export async function resealSecrets(): Promise<{ resealed: number; current: number }> {
  return inTransaction(async (tx) => {
    let resealed = 0;
    let current = 0;
    for (const place of SECRET_COLUMNS) {
      for (const { id, box } of await boxesOf(tx, place)) {
        if (!isSealedByOlderKey(box)) {
          current += 1;
          continue;
        }
        const next = reseal(box, { table: place.table, id, column: place.boundTo });
        if (await replaceBox(tx, place, id, box, next)) resealed += 1;
      }
    }
    if (resealed) {
      recordEvent(tx, {
        type: 'identity.secrets-resealed',
        actor: job('reseal-secrets'),
        subject: { kind: 'installation', id: 'secrets' },
        data: { resealed },
      });
    }
    return { resealed, current };
  });
}
