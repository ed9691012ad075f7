import 'server-only';
import { storedKeyHash } from './api-key-actions';
import { keyState } from './api-key-format';
import { listKeys } from './api-key-store';
import { listPeople } from './store';

/** Every key with its state, who made it, and the hash an approver signs. */
export async function keysWithHash() {
  const now = new Date();
  const [keys, people] = await Promise.all([listKeys(), listPeople()]);
  const names = new Map(people.map((person) => [`person:${person.id}`, person.name]));
  return keys.map((key) => ({
    ...key,
    createdByName: names.get(key.createdBy) ?? 'The installation',
    contentHash: storedKeyHash(key),
    state: keyState(key, now),
  }));
}
