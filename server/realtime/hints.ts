/** Topics (router names) whose queries are out of date; `all` after a gap in which anything may have changed. */
export type Hint = { topics: string[]; at: string };

export const EVERYTHING = 'all';

/** The hint in a NOTIFY payload; one that cannot be read means everything, for something did change. */
export function hintFrom(payload: string, now: Date): Hint {
  try {
    const read: unknown = JSON.parse(payload);
    if (read && typeof read === 'object' && 'topics' in read && Array.isArray(read.topics)) {
      const topics = read.topics.filter((topic): topic is string => typeof topic === 'string');
      const at = 'at' in read && typeof read.at === 'string' ? read.at : now.toISOString();
      if (topics.length) return { topics, at };
    }
  } catch {}
  return { topics: [EVERYTHING], at: now.toISOString() };
}
