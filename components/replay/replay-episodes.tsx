'use client';
import { useState } from 'react';
import { gapOf } from '@/server/risk/replay/replay-gaps';
import { JUDGED_CLOSES } from '@/server/risk/replay/replay-halts';
import { REPLAY_LIMITS } from '@/server/risk/replay/replay-limits';
import { utcDay } from '../evidence/words';
import { Button } from '../ui/button';
import { formatNumber, formatPercent } from '../ui/format';
import { AllWell } from '../ui/states';
import { Status } from '../ui/status';
import { Table } from '../ui/table';
import { isCoefficient, LIMIT_WORDS } from './limit-form';
import type { Outcome } from './outcome';

const SHOWN = 20;

/** Each breach and each halt of one limit set, in order of time. */
export function ReplayEpisodes({ outcome }: { outcome: Outcome }) {
  const [all, setAll] = useState(false);
  const breaches = REPLAY_LIMITS.flatMap((limit) =>
    (outcome.result.breaches[limit]?.episodes ?? []).map((episode) => ({
      key: `${limit}-${episode.from}`,
      at: episode.from,
      status: <Status kind="breached">{LIMIT_WORDS[limit]}</Status>,
      until: utcDay(episode.to),
      days: episode.days,
      level: `${isCoefficient(limit) ? formatNumber(episode.worst) : formatPercent(episode.worst)}${episode.subject ? `, ${episode.subject}` : ''}`,
      after: '',
    })),
  );
  const halts = outcome.halts.map((halt) => ({
    key: `halt-${halt.cause}-${halt.at}`,
    at: halt.at,
    status: (
      <Status kind={halt.isFalseAlarm === null ? 'unknown' : 'halted'}>
        {halt.isFalseAlarm ? 'Halt, false alarm' : 'Halt'}
      </Status>
    ),
    until: '',
    days: null,
    level: `${formatPercent(halt.level)} ${halt.cause === 'drawdown' ? 'drawdown' : 'daily loss'}`,
    after: formatPercent(halt.after, { sign: true }),
  }));
  const rows = [...breaches, ...halts].toSorted((a, b) => a.at - b.at);
  if (rows.length === 0)
    return (
      <div className="px-4 pb-3.5">
        <AllWell title="No breach and no halt">
          {REPLAY_LIMITS.some((limit) => gapOf(outcome.result, limit))
            ? 'What this history tells is within the limits; what it does not tell is unknown.'
            : 'Every close of this history is within the limits.'}
        </AllWell>
      </div>
    );
  return (
    <>
      <Table
        label={`Breaches and halts of ${outcome.name}`}
        rows={all ? rows : rows.slice(-SHOWN)}
        rowKey={(row) => row.key}
        columns={[
          { key: 'what', head: 'What', cell: (row) => row.status },
          { key: 'from', head: 'From', numeric: true, cell: (row) => utcDay(row.at) },
          { key: 'to', head: 'To', numeric: true, cell: (row) => row.until },
          { key: 'days', head: 'Closes', numeric: true, cell: (row) => row.days ?? '' },
          { key: 'level', head: 'Worst', numeric: true, cell: (row) => row.level },
          { key: 'after', head: `Next ${JUDGED_CLOSES} closes`, numeric: true, cell: (row) => row.after },
        ]}
      />
      {rows.length > SHOWN && (
        <div className="px-4 py-2">
          <Button size="sm" onClick={() => setAll(!all)}>
            {all ? `Only the last ${SHOWN}` : `Show all ${rows.length}`}
          </Button>
        </div>
      )}
    </>
  );
}
