export type GroupSource = {
  portfolioId?: string | null;
  strategyId?: string | null;
  launchId?: string | null;
  subject: { kind: string; id: string };
};

/** Alerts of one cause tend to share a place: the strategy, else the portfolio, else the thing itself. */
export function groupKeyOf(source: GroupSource): string {
  if (source.strategyId) return `strategy:${source.strategyId}`;
  if (source.portfolioId) return `portfolio:${source.portfolioId}`;
  return `${source.subject.kind}:${source.subject.id}`;
}

/** Open alerts that stand beside one in its group, the worst first as given. */
export function siblingsOf<A extends { id: string; groupKey: string }>(alerts: A[], alert: A): A[] {
  return alerts.filter((other) => other.id !== alert.id && other.groupKey === alert.groupKey);
}
