const DAY = 86_400_000;

export type KeyFacts = {
  name: string;
  scopes: readonly string[];
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
};
export type KeyDemand = { maximumDaysValid: number; unusedDays: number; maximumScopes: number };

/** What is wrong with a key in force, in words: too many scopes, valid for too long, not used for too long. */
export function keyFaults(key: KeyFacts, demand: KeyDemand, now: Date): { key: string; fault: string }[] {
  const faults: string[] = [];
  if (key.scopes.length > demand.maximumScopes) {
    faults.push(`holds ${key.scopes.length} scopes, at most ${demand.maximumScopes} are minimal`);
  }
  const valid = (key.expiresAt.getTime() - key.createdAt.getTime()) / DAY;
  if (valid > demand.maximumDaysValid) {
    faults.push(`is valid for ${Math.ceil(valid)} d, at most ${demand.maximumDaysValid} d are allowed`);
  }
  const idle = (now.getTime() - (key.lastUsedAt ?? key.createdAt).getTime()) / DAY;
  if (idle > demand.unusedDays) faults.push(`has not been used for ${Math.floor(idle)} d`);
  return faults.map((fault) => ({ key: key.name, fault }));
}
