import type { Severity } from '../notifications/routing';

export type OpenEmergency = {
  id: string;
  scope: 'strategy' | 'portfolio' | 'firm';
  portfolioId: string | null;
  strategyId: string | null;
  startedAt: Date;
};

/** What an ordered shutdown brings about by itself: engines that stop answering, data that ages, orders refused. */
const CONSEQUENCES = new Set(['engine', 'data', 'order', 'metric', 'reconciliation']);

/**
 * The open emergency whose consequence an alert is, or null. It is then listed and counted but told to nobody: the people
 * are already there. Critical alerts, breaches and whatever began before the emergency are never its consequence.
 */
export function inhibitorOf(
  alert: {
    severity: Severity;
    subject: { kind: string };
    portfolioId: string | null;
    strategyId: string | null;
    firedAt: Date;
  },
  emergencies: OpenEmergency[],
): string | null {
  if (alert.severity === 'critical' || !CONSEQUENCES.has(alert.subject.kind)) return null;
  const found = emergencies.find((emergency) => alert.firedAt >= emergency.startedAt && isInScope(alert, emergency));
  return found?.id ?? null;
}

function isInScope(
  alert: { portfolioId: string | null; strategyId: string | null },
  emergency: OpenEmergency,
): boolean {
  switch (emergency.scope) {
    case 'firm':
      return true;
    case 'portfolio':
      return alert.portfolioId === emergency.portfolioId;
    case 'strategy':
      return alert.strategyId !== null && alert.strategyId === emergency.strategyId;
  }
}
