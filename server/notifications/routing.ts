export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];
/** An emergency's notice stands above every severity of an alert. */
export type Urgency = Severity | 'emergency';

export const LEVELS = ['Technical team', 'Management', 'Board'] as const;
/** 0 technical team, 1 management, 2 board. */
export type Level = 0 | 1 | 2;
export const HIGHEST_LEVEL: Level = 2;

export const severityRank = (severity: Severity): number => SEVERITIES.indexOf(severity);
const urgencyRank = (urgency: Urgency): number => (urgency === 'emergency' ? SEVERITIES.length : severityRank(urgency));

export type RoutableChannel = {
  id: string;
  enabled: boolean;
  level: number;
  minimumSeverity: string;
  portfolioId: string | null;
};

export type RoutableNotice = {
  urgency: Urgency;
  /** The level reached; channels of it and below are told. */
  level: number;
  portfolioId: string | null;
  subject: { kind: string; id: string };
  /** A test of one channel goes to that channel alone. */
  onlyChannelId?: string;
};

/**
 * The channels that a notice goes to.
 *
 * A channel hears of its own portfolio, or of all when it has none; of its minimum severity and above; of its level once
 * that level is reached. An emergency reaches every enabled channel of the portfolio, whatever its level and minimum. What
 * is about a channel never goes through that channel, unless it is the test of it.
 */
export function channelsFor<C extends RoutableChannel>(channels: C[], notice: RoutableNotice): C[] {
  if (notice.onlyChannelId) return channels.filter((channel) => channel.id === notice.onlyChannelId);
  const everyone = notice.urgency === 'emergency';
  return channels.filter((channel) => {
    if (!channel.enabled) return false;
    if (notice.subject.kind === 'channel' && notice.subject.id === channel.id) return false;
    const hears = !channel.portfolioId || !notice.portfolioId || channel.portfolioId === notice.portfolioId;
    if (!hears) return false;
    if (everyone) return true;
    const least = SEVERITIES.find((severity) => severity === channel.minimumSeverity) ?? 'low';
    return channel.level <= notice.level && urgencyRank(notice.urgency) >= severityRank(least);
  });
}

const PRIORITY: Record<Urgency, number> = { emergency: 0, critical: 1, high: 2, medium: 3, low: 4 };
/** Order in which the outbox is emptied; smaller goes first, an emergency before everything. */
export const priorityOf = (urgency: Urgency): number => PRIORITY[urgency];
