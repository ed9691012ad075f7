import { gapOf } from '@/server/risk/replay/replay-gaps';
import { replayTotals } from '@/server/risk/replay/replay-halts';
import { REPLAY_LIMITS, type ReplayLimitName } from '@/server/risk/replay/replay-limits';
import { formatLimit, formatNumber, formatPercent } from '../ui/format';
import { TableFrame, Td, Th, Tr } from '../ui/table';
import { Time } from '../ui/time';
import { isCoefficient, LIMIT_WORDS } from './limit-form';
import type { Outcome } from './outcome';

/** Per limit: days beyond it and episodes, for one set or two beside each other; then halts and false alarms. */
export function ReplayComparison({ outcomes }: { outcomes: Outcome[] }) {
  const several = outcomes.length > 1;
  const totals = outcomes.map(({ result, halts }) => replayTotals(result, halts));
  return (
    <TableFrame label="What each limit set would have done">
      <thead>
        <tr>
          <Th>Limit</Th>
          {outcomes.flatMap(({ name }) => [
            <Th key={`${name}-hard`} numeric>
              {several ? `${name}: hard` : 'Hard'}
            </Th>,
            <Th key={`${name}-days`} numeric>
              Days beyond
            </Th>,
            <Th key={`${name}-episodes`} numeric>
              Episodes
            </Th>,
          ])}
        </tr>
      </thead>
      <tbody>
        {REPLAY_LIMITS.map((limit) => (
          <Tr key={limit}>
            <Td>
              {LIMIT_WORDS[limit]}
              <Gap outcomes={outcomes} limit={limit} />
            </Td>
            {outcomes.flatMap((outcome) => [
              <Td key={`${outcome.name}-hard`} numeric className="text-ink-2">
                {hardText(outcome, limit)}
                {limit === 'position' && <Overrides outcome={outcome} />}
              </Td>,
              <Td key={`${outcome.name}-days`} numeric className="font-medium">
                {formatNumber(outcome.result.breaches[limit]?.daysInBreach, { digits: 0 })}
              </Td>,
              <Td key={`${outcome.name}-episodes`} numeric>
                {formatNumber(outcome.result.breaches[limit]?.episodes.length, { digits: 0 })}
              </Td>,
            ])}
          </Tr>
        ))}
        <Tr>
          <Td>Halts, of them false alarms</Td>
          {outcomes.flatMap(({ name }, i) => [
            <Td key={`${name}-hard`} />,
            <Td key={`${name}-halts`} numeric className="font-medium">
              {formatNumber(totals[i]?.halts, { digits: 0 })}
            </Td>,
            <Td key={`${name}-false`} numeric>
              {formatNumber(totals[i]?.falseAlarms, { digits: 0 })}
            </Td>,
          ])}
        </Tr>
      </tbody>
    </TableFrame>
  );
}

/** What the history cannot tell, or not for all of it: unknown, and not 0 days. Of both sets the same. */
function Gap({ outcomes: [first], limit }: { outcomes: Outcome[]; limit: ReplayLimitName }) {
  const gap = first && gapOf(first.result, limit);
  if (!gap) return null;
  return <span className="block text-xs text-ink-3">{first.result.breaches[limit] ? gap : `Unknown: ${gap}`}</span>;
}

/** The limits of single instruments, each of which counts for its own in place of the general one. */
function Overrides({ outcome: { result, until } }: { outcome: Outcome }) {
  return Array.from(result.limits.instruments ?? [], ([name, hard]) => (
    <span key={name} className="block text-xs">
      {name} {formatLimit(formatPercent(hard), 'ceiling')}
      {until[name] && (
        <>
          {' until '}
          <Time at={until[name]} day />
        </>
      )}
    </span>
  ));
}

function hardText({ result }: Outcome, name: ReplayLimitName): string {
  const value = result.limits[name];
  const text = isCoefficient(name) ? formatNumber(value) : formatPercent(value);
  return formatLimit(text, name === 'cash' ? 'floor' : 'ceiling');
}
