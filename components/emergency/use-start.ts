import { useState } from 'react';
import type { Press } from '@/server/emergency/facts';

export type StartedEmergency = {
  emergencyId: string;
  number: string | null;
  outcome: 'started' | 'joined' | 'upgraded';
  isRecorded: boolean;
};

/** Rejections carry the server's words. */
class Refused extends Error {}

async function post(press: Press): Promise<StartedEmergency> {
  const response = await fetch('/api/emergency', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(press),
  }).catch(() => {
    throw new Refused(
      'No answer from the server. Press again: a second press joins the first. If it stays so, use npm run kill.',
    );
  });
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer as StartedEmergency;
  throw new Refused((answer as { detail?: string } | null)?.detail ?? 'It was not started. Press again.');
}

/** Starts an emergency over its own route, which answers without a database too. */
export function useStart() {
  const [refusal, setRefusal] = useState<string | null>(null);
  const [started, setStarted] = useState<StartedEmergency | null>(null);
  const start = async (press: Press) => {
    setRefusal(null);
    try {
      const answer = await post(press);
      setStarted(answer);
      return answer;
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : 'It was not started. Press again.');
      throw error;
    }
  };
  return { start, started, refusal };
}

/** What the press became, in words. */
export function startedWords({ outcome, number, isRecorded }: StartedEmergency): string {
  if (!isRecorded) return 'It runs from the local snapshot; the database does not answer and is told later.';
  if (outcome === 'joined') return `${number} is already running; you joined.`;
  return outcome === 'upgraded' ? `${number} was raised to this severity.` : `${number} has started.`;
}
