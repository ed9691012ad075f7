'use client';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { storedReplayHistory } from '@/server/evidence/stored-series';
import { replay } from '@/server/risk/replay/replay';
import { haltsOf } from '@/server/risk/replay/replay-halts';
import type { ReplaySet } from '@/server/risk/replay/replay-sets';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Select } from '../ui/field';
import { MainAndSide, Region, TextLink } from '../ui/page';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { type ChosenSet, limitsFromTyped, typedDefaults, typedIn } from './limit-form';
import { LimitSetFields } from './limit-set-fields';
import type { Outcome } from './outcome';
import { ReplayChart } from './replay-chart';
import { ReplayComparison } from './replay-comparison';
import { ReplayEpisodes } from './replay-episodes';

const NAMES = ['A', 'B'] as const;

/** What a second set begins with: the first version that is not the first set, else the same to type over. */
const nextSource = ({ source }: ChosenSet, sets: readonly ReplaySet[]): string =>
  sets.find((set) => set.id !== source)?.id ?? source;

/** Limit sets over a history, in this browser: nothing is changed by looking. */
export function ReplayScreen({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const histories = useSuspenseQuery(trpc.evidence.histories.queryOptions({ portfolioId })).data;
  const [chosen, setChosen] = useState(histories[0]?.id ?? '');
  const sets = useSuspenseQuery(trpc.risk.replaySets.queryOptions({ portfolioId })).data;
  const [first, setFirst] = useState<ChosenSet>(() => ({ source: 'in-force', typed: typedDefaults() }));
  const [second, setSecond] = useState<ChosenSet | null>(null);
  const history = useQuery({
    ...trpc.evidence.history.queryOptions({ portfolioId, id: chosen }),
    enabled: chosen !== '',
  });
  if (histories.length === 0)
    return (
      <Region title="History">
        <EmptyState title="No history yet." action={<TextLink href="/strategies">Strategies</TextLink>}>
          Limits are replayed over daily closes: those of an imported backtest, or what the portfolio recorded itself.
        </EmptyState>
      </Region>
    );
  const strategyId = histories.find((one) => one.id === chosen)?.strategyId ?? '';
  const typed = (second ? [first, second] : [first]).map((set) => typedIn(set, sets, strategyId));
  const read = typed.map((limits, i) => ({ name: NAMES[i]!, until: limits.until, ...limitsFromTyped(limits) }));
  const { data } = history;
  const replayed = data && storedReplayHistory(data.name, data.series, data.peers, data.isWhole);
  const outcomes: Outcome[] = read.flatMap((one) => {
    if (!replayed?.curve || !('limits' in one)) return [];
    const { name, limits, until } = one;
    return [{ name, until, result: replay(replayed, limits), halts: haltsOf(replayed.curve, limits) }];
  });
  const problemsOf = (index: number) => {
    const one = read[index];
    return one && 'problems' in one ? one.problems : {};
  };
  return (
    <MainAndSide
      sideWidth={316}
      main={
        history.error ? (
          <Region title="Replay">
            <ErrorState
              title={wordsOf(history.error)}
              action={<Button onClick={() => history.refetch()}>Try again</Button>}
            />
          </Region>
        ) : outcomes.length === 0 || !replayed?.curve ? (
          <Region title="Replay">
            {history.isPending ? (
              <Skeleton label="the history" rows={8} />
            ) : (
              <p>Correct the limits to see them replayed.</p>
            )}
          </Region>
        ) : (
          <>
            <Region title="Equity and drawdown">
              <ReplayChart curve={replayed.curve} outcomes={outcomes} />
            </Region>
            <Region title={second ? 'The two limit sets' : 'The limit set'} flush>
              <ReplayComparison outcomes={outcomes} />
            </Region>
            {outcomes.map((outcome) => (
              <Region
                key={outcome.name}
                title={second ? `Breaches and halts of ${outcome.name}` : 'Breaches and halts'}
                flush
              >
                <ReplayEpisodes outcome={outcome} />
              </Region>
            ))}
          </>
        )
      }
      side={
        <>
          <Region title="History">
            <Field label="Replay over" hint={histories.find((one) => one.id === chosen)?.detail}>
              <Select value={chosen} onChange={(event) => setChosen(event.target.value)}>
                {histories.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name} ({one.days} days{one.source === 'import' ? ', import' : ''})
                  </option>
                ))}
              </Select>
            </Field>
          </Region>
          <Region title={second ? 'Limit set A' : 'Limit set'}>
            <LimitSetFields
              label="Limit set A"
              sets={sets}
              chosen={first}
              typed={typed[0]!}
              problems={problemsOf(0)}
              onChange={setFirst}
            />
          </Region>
          {second ? (
            <Region
              title="Limit set B"
              end={
                <Button size="sm" onClick={() => setSecond(null)}>
                  Remove
                </Button>
              }
            >
              <LimitSetFields
                label="Limit set B"
                sets={sets}
                chosen={second}
                typed={typed[1]!}
                problems={problemsOf(1)}
                onChange={setSecond}
              />
            </Region>
          ) : (
            <Region title="Compare">
              <Button onClick={() => setSecond({ source: nextSource(first, sets), typed: typed[0]! })}>
                Compare with a second set
              </Button>
            </Region>
          )}
        </>
      }
    />
  );
}
