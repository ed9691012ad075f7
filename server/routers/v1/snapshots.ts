import 'server-only';
import { authenticateKey, portfolioMeant } from '../../identity/api-keys';
import type { KeyActor } from '../../kernel/actor';
import { DomainError } from '../../kernel/errors';
import { Room } from '../../kernel/room';
import { readBody } from '../../risk/ingest/body-rows';
import { recordSnapshots } from '../../risk/ingest/snapshot-actions';
import { refusal } from '../../trpc/errors';
import { takeRequest } from '../../trpc/key-rate';
import { answerOf, type MachineAnswer, type MachineRequest } from '../../trpc/machine-request';

const MOST_BYTES = 20_000_000;
/** Bodies that are being read or stored in this process: ten of the largest, three of one key. */
const bodies = new Room({
  all: 10 * MOST_BYTES,
  one: 3 * MOST_BYTES,
  refusal: 'Too many rows are on their way at once. Wait for an answer before you send the next batch.',
});

/** What becomes of a body whose sender is known. */
export type StoreSnapshots = (actor: KeyActor, body: Buffer, pathname: string) => Promise<MachineAnswer>;

/**
 * Takes snapshot rows `{portfolioId?, rows: [{account, asOf, sequence, kind, equity, cash, flows, positions, strategies}]}`,
 * at most 5,000. A row seen before is a no-op, a bad one is told with its index; 422 when none could be taken. Nothing of a
 * body is read before its sender is known; `store` is told what to do with it then.
 */
export async function takeSnapshots(
  request: MachineRequest,
  store: StoreSnapshots = storeSnapshots,
): Promise<MachineAnswer> {
  try {
    const actor = await authenticateKey(request, 'snapshots:write');
    await takeRequest(actor.keyId, 'snapshots');
    const announced = Number(request.headers.get('content-length')) || MOST_BYTES;
    return await bodies.hold(actor.keyId, Math.min(announced, MOST_BYTES), async () =>
      store(actor, await request.bytes(MOST_BYTES), request.pathname),
    );
  } catch (error) {
    return refusal(error, request.pathname);
  }
}

/** Parses a body and records its rows; a refusal is an answer. */
export async function storeSnapshots(actor: KeyActor, body: Buffer, pathname: string): Promise<MachineAnswer> {
  try {
    const { portfolioId: named, rows } = readBody(body);
    const portfolioId = portfolioMeant(actor, named);
    const result = await recordSnapshots(actor, { portfolioId, rows });
    if (result.accepted === 0 && result.duplicates === 0 && result.refused.length > 0) {
      throw new DomainError('INVALID', 'No row could be taken; each says why.', { data: { ...result } });
    }
    return answerOf(result);
  } catch (error) {
    return refusal(error, pathname);
  }
}
