import type { CommandMessage, EngineReport, ReplyMessage } from './messages';

/** How to reach one engine: where, and the secrets in force (two while rotating). */
export type EngineEndpoint = { engineId: string; url: string; secrets: string[] };

/**
 * What came of one attempt. `unknown`: it may have been executed (no answer in time, or one that cannot be trusted).
 * `not-sent`: it surely was not (no connection, refused by policy, refused as unsigned).
 */
export type EngineAnswer =
  | { kind: 'answered'; reply: ReplyMessage; tookMs: number }
  | { kind: 'unknown'; why: string }
  | { kind: 'not-sent'; why: string };

export type OutgoingCommand = Omit<CommandMessage, 'to' | 'nonce'>;

/** An engine as Going Live sees it; one adapter per way of speaking. Never throws for what the engine does. */
export type EnginePort = {
  send: (endpoint: EngineEndpoint, command: OutgoingCommand, timeoutMs: number) => Promise<EngineAnswer>;
};

/** Outcome of asking after a command whose fate is unknown. */
export type AskedAfter = { report: EngineReport; result: ReplyMessage['result'] };
