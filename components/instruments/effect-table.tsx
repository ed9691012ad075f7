'use client';
import type { CorrectionEffect } from '@/server/risk/instruments/correction-effect';
import type { CorrectionView } from '@/server/risk/instruments/correction-view-store';
import { formatMoney, formatNumber, formatPercent } from '../ui/format';
import { TableFrame, Td, Th, Tr } from '../ui/table';
import { Age } from '../ui/time';
import { changedTerms, TERM_LABEL } from './correction-form';

const plain = (value: string): string => formatNumber(value, { digits: 18, minDigits: 0 });
const shareOf = (amount: string, equity: string | null): string =>
  equity !== null && Number(equity) > 0 ? `, ${formatPercent(Number(amount) / Number(equity))} of equity` : '';

/** What a correction changes, figure by figure, and what that means for what is held and for what is ordered next. */
export function EffectTable({
  change,
  effect,
  currency,
}: {
  change: CorrectionView['change'];
  effect: CorrectionEffect;
  currency: string;
}) {
  const { held } = effect;
  const rows: [key: string, what: string, before: string, after: string][] = changedTerms(change).map(
    ({ field, from, to }) => [field, TERM_LABEL[field], from, to],
  );
  rows.push(['unit', `Unit in ${currency}, by the register`, plain(effect.unitBefore), plain(effect.unitAfter)]);
  rows.push(['counts', 'A further unit counts as', plain(effect.countsBefore), plain(effect.countsAfter)]);
  if (held) {
    const gross = (amount: string) => `${formatMoney(amount, { currency })}${shareOf(amount, effect.equity)}`;
    rows.push(['gross', 'Gross held, by the register', gross(held.grossBefore), gross(held.grossAfter)]);
    if (effect.marginBefore !== null || effect.marginAfter !== null) {
      const bound = (amount: string | null) => (amount === null ? 'none' : formatMoney(amount, { currency }));
      rows.push(['margin', 'Margin bound by what is held', bound(effect.marginBefore), bound(effect.marginAfter)]);
    }
  }
  return (
    <div className="grid gap-2">
      <div className="-mx-4 border-y border-line">
        <TableFrame label="Before and after">
          <thead>
            <tr>
              <Th>Figure</Th>
              <Th numeric>Before</Th>
              <Th numeric>After</Th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([key, what, before, after]) => (
              <Tr key={key}>
                <Td className="text-ink-2">{what}</Td>
                <Td numeric>{before}</Td>
                <Td numeric className="font-medium">
                  {after}
                </Td>
              </Tr>
            ))}
          </tbody>
        </TableFrame>
      </div>
      <Meaning effect={effect} currency={currency} />
    </div>
  );
}

function Meaning({ effect, currency }: { effect: CorrectionEffect; currency: string }) {
  const { held, asOf } = effect;
  if (asOf === null)
    return (
      <p className="text-xs text-ink-2">
        No snapshot has come yet: whether any of it is held is unknown. Orders and sizes count with the new unit at
        once.
      </p>
    );
  if (!held)
    return (
      <p className="text-xs text-ink-2">
        None of it is held (<Age at={asOf} suffix="ago" />
        ). Orders and sizes count with the new unit at once.
      </p>
    );
  return (
    <div className="grid gap-1 text-xs text-ink-2">
      <p>
        {plain(held.quantity)} held, <Age at={asOf} suffix="ago" />. Limits measure{' '}
        {formatMoney(held.gross, { currency })}, as the snapshots state it, and go on doing so: this changes no position
        and no sample. Orders and sizes count a unit as the most of what positions ({plain(held.unit)}) and the register
        say.
      </p>
      {(effect.marginBefore !== null || effect.marginAfter !== null) && (
        <p>
          Margin is bound by the rate only in accounts whose snapshots state none, from their next snapshot on; minimum
          cash is measured with it.
        </p>
      )}
    </div>
  );
}
