import type { ReactNode } from 'react';
import type { SizingView } from '@/server/risk/sizing/sizing-request';
import { Money, Num, Percent } from '../ui/number';
import { GroupRow, TableFrame, Td, Th } from '../ui/table';
import { Age } from '../ui/time';

type Line = { name: string; value: ReactNode; age: ReactNode };

const at = (instant: string | null) => (instant ? <Age at={instant} /> : '?');

function edgeLines({ inputs: { edge, minimumTrades } }: SizingView): Line[] {
  const source = edge?.source ?? 'no data';
  return [
    { name: 'Win rate', value: <Percent value={edge?.winRate} digits={1} />, age: source },
    { name: 'Mean win', value: <Money value={edge?.meanWin} />, age: source },
    { name: 'Mean loss', value: <Money value={edge?.meanLoss} />, age: source },
    { name: 'Trades', value: `${edge?.trades ?? '?'}, min ${minimumTrades}`, age: source },
  ];
}

function marketLines({ inputs }: SizingView): Line[] {
  const { volatility, price, unit, lot } = inputs;
  const known = 'fraction' in volatility;
  return [
    {
      name: 'Volatility, 30 d',
      value: <Percent value={known ? volatility.fraction : null} />,
      age: known ? volatility.newestDay : 'unknown',
    },
    { name: 'Target volatility', value: <Percent value={inputs.targetVolatility} />, age: 'policy' },
    { name: 'Price', value: <Num value={price?.value} digits={8} minDigits={2} />, age: at(price?.at ?? null) },
    {
      name: 'Multiplier × FX',
      value: <Num value={unit?.value} digits={8} minDigits={0} />,
      age: unit?.source ?? 'not registered',
    },
    {
      name: 'Lot',
      value: <Num value={lot.value} digits={8} minDigits={0} />,
      age: lot.isRegistered ? 'registered' : 'not registered, whole units',
    },
  ];
}

function capitalLines({ inputs, launchNumber }: SizingView): Line[] {
  const { available, capital, position, dataAsOf } = inputs;
  const age = at(dataAsOf);
  return [
    { name: 'Equity', value: <Money value={inputs.equity} />, age },
    { name: 'Allocation', value: <Percent value={inputs.allocation} />, age: launchNumber ?? 'no launch' },
    { name: 'Tranche', value: inputs.tranche === null ? '?' : `${inputs.tranche} %`, age: launchNumber ?? 'no launch' },
    { name: 'Capital sent', value: <Money value={capital?.sent} />, age: launchNumber ?? 'no launch' },
    { name: 'Capital now', value: <Money value={capital?.current} />, age },
    { name: 'Cash that counts', value: <Money value={available.cash} />, age },
    { name: 'Cash reserve', value: <Money value={available.cashReserve} />, age },
    { name: 'Promised to orders', value: <Money value={available.promised} />, age: 'as computed' },
    { name: 'Held by the strategy', value: <Money value={available.strategyGross} />, age },
    {
      name: 'Position now',
      value: <Num value={position.quantity} digits={8} minDigits={0} />,
      age: position.since ? <Age at={position.since} suffix="held" /> : age,
    },
    {
      name: 'Average entry price',
      value: <Num value={position.averagePrice} digits={8} minDigits={2} />,
      age: position.averagePrice ? 'by its fills' : 'no fills told',
    },
  ];
}

/** What went into a sizing, each with its age or source. */
export function SizingInputs({ view }: { view: SizingView }) {
  const groups = [
    { head: 'Edge, as a fraction of notional', lines: edgeLines(view) },
    { head: 'Market', lines: marketLines(view) },
    { head: `Capital, ${view.currency}`, lines: capitalLines(view) },
  ];
  return (
    <TableFrame label="Inputs of the sizing">
      <thead className="sr-only">
        <tr>
          <Th>Input</Th>
          <Th numeric>Value</Th>
          <Th numeric>Age or source</Th>
        </tr>
      </thead>
      <tbody>
        {groups.map(({ head, lines }) => [
          <GroupRow key={head} span={3} head={head} />,
          ...lines.map((line) => (
            <tr key={`${head} ${line.name}`} className="group/row">
              <Td className="text-ink-2">{line.name}</Td>
              <Td numeric className="font-medium">
                {line.value}
              </Td>
              <Td numeric className="text-xs text-ink-3">
                {line.age}
              </Td>
            </tr>
          )),
        ])}
      </tbody>
    </TableFrame>
  );
}
