/** Which events each reaction waits for: known here without loading the domains, so that a gate can ask for the lag. */
export const SUBSCRIPTIONS = {
  'breach-emergency': ['risk.emergency-requested'],
  'breach-opened': ['risk.episode-opened', 'risk.episode-reopened', 'risk.episode-upgraded'],
  'emergency-started': ['emergency.started'],
  'channel-lost': ['notification.dead', 'channel.disabled'],
} as const satisfies Record<string, readonly string[]>;

export type ReactionName = keyof typeof SUBSCRIPTIONS;
