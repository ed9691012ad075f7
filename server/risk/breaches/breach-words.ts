import type { Decimal } from '../../kernel/decimal';
import { numberText } from '../../kernel/format';
import { type Limit, MAXIMUM, MEASURE_LABEL, type Measure, PRIORITY } from '../limit-definition';
import { sentenceOf, type Verdict } from '../limits';
import { graver, type Severity, severityOfBreach, severityOfWinRate } from '../severity';
import type { Utilisation } from '../utilisation';
import { ACTIONS_PER_DAY, type ProposalOutcome, type Response } from './response';

/** Severity of a hard breach: by how far it is over, and never under the priority of its action. */
export function breachSeverity(
  measure: Measure,
  limit: Limit,
  utilisation: Utilisation,
  value: Decimal | null,
): Severity {
  if (measure === 'winRate' && value) return severityOfWinRate(value, limit.hard);
  return graver(severityOfBreach(utilisation, limit.hard, MAXIMUM[measure]), PRIORITY[measure]);
}

/** The soft tier warns, and asks for somebody's eye within the hour. */
export const SOFT_SEVERITY: Severity = 'medium';

/** The severity of a look at a limit that is breached, or that warns. */
export function severityIn({ measure, limit, utilisation, reading }: Verdict, isHard: boolean): Severity {
  if (!isHard) return SOFT_SEVERITY;
  return breachSeverity(measure, limit, utilisation, reading.kind === 'value' ? reading.value : null);
}

/** Title of an alert on a limit: the sentence of a breach, or how much of the limit a warning uses. */
export function breachTitle(
  verdict: Pick<Verdict, 'limit' | 'subject' | 'label' | 'reading' | 'utilisation'>,
  hard: boolean,
): string {
  const subject = verdict.label ?? verdict.subject;
  if (hard) return sentenceOf(verdict.limit, subject, verdict.reading);
  const measure = MEASURE_LABEL[verdict.limit.measure];
  const name = subject ? `${measure} ${subject}` : measure;
  const used = verdict.utilisation.kind === 'ratio' ? `${numberText(verdict.utilisation.ratio.mul(100), 1)} %` : 'all';
  return `${name} at ${used} of its limit`;
}

/** Why a limit proposes nothing more on a day. */
export const BY_HAND = `${ACTIONS_PER_DAY} actions were proposed for this limit today. A person decides what to do now.`;

const PROPOSAL_TEXT: Record<ProposalOutcome, string | null> = {
  none: null,
  proposed: 'An action is proposed and waits for a Risk officer or Manager.',
  sent: 'An action was sent to the engine at once, as the limit set says.',
  'by-hand': BY_HAND,
};

/** What follows from a rung, and what came of its proposal, in words for the alert. */
export function responseText(response: Response, proposal: ProposalOutcome, earliestExit: string | null): string {
  const parts: string[] = [];
  if (response.latch === 'HALTED') {
    parts.push(
      `Trading is HALTED: strategies send nothing; cancels and commanded exits pass. Two people, one of them a Risk officer, may enable it again${earliestExit ? ` from ${earliestExit} at the earliest` : ''}.`,
    );
  }
  if (response.latch === 'REDUCING') parts.push('Trading is REDUCING: only orders that shrink a position pass.');
  const proposed = response.proposal && PROPOSAL_TEXT[proposal];
  if (proposed) parts.push(proposed);
  if (response.emergency) parts.push('An emergency of severity high is asked for.');
  return parts.join(' ') || 'Nothing is done by itself.';
}
