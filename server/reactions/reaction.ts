/** An event of the log as a reaction sees it; `data` is what the writer recorded. */
export type LoggedEvent = {
  seq: number;
  id: string;
  type: string;
  actor: string;
  actorName: string;
  subject: { kind: string; id: string };
  portfolioId: string | null;
  launchId: string | null;
  occurredAt: Date;
  data: Record<string, unknown>;
};

/**
 * An effect that reaches upward between domains. It may be run again for the same event after a crash, so what it does
 * must carry a key of the event or be a state that can be set twice.
 */
export type Reaction = {
  /** Name of its cursor; never reused for something else. */
  name: string;
  types: string[];
  run: (event: LoggedEvent) => Promise<void>;
};
