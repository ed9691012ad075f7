/** Orders that were told to people, or needed no telling, in the order they came in: as many as a process can remember. */
const MOST = 20_000;

const kept = globalThis as { __goingLiveOrdersTold?: Set<string> };
kept.__goingLiveOrdersTold ??= new Set();
const told = kept.__goingLiveOrdersTold;

export const wasTold = (id: string): boolean => told.has(id);

export function rememberTold(ids: readonly string[]): void {
  for (const id of ids) told.add(id);
  for (const oldest of told) {
    if (told.size <= MOST) break;
    told.delete(oldest);
  }
}
