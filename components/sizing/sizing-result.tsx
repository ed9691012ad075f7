'use client';
import type { SizingView } from '@/server/risk/sizing/sizing-request';
import { Button } from '../ui/button';
import { Note } from '../ui/note';
import { Money, Num, Percent } from '../ui/number';
import { Region, TextLink } from '../ui/page';
import { Tag } from '../ui/status';
import { Countdown, Time } from '../ui/time';
import { toast } from '../ui/toast';
import { TraceTable } from './trace-table';
import { asJson, STEP_TITLE, WAY_OUT } from './words';

/** One sizing: the target first, then its trace; or why there is no target and what opens it. */
export function SizingResult({ view }: { view: SizingView }) {
  const copy = async () => {
    await navigator.clipboard.writeText(asJson(view));
    toast('The sizing is copied as JSON.');
  };
  const title = `${view.strategyName}, ${view.instrument}, ${view.side}`;
  return (
    <>
      <Region
        title={title}
        tags={
          <>
            {view.kind === 'cannot-size' && <Tag kind="unknown">Cannot size</Tag>}
            {view.kind === 'no-edge' && <Tag kind="off">No edge</Tag>}
            {view.isHypothetical && <Tag>Assumed figures</Tag>}
          </>
        }
        end={<Time at={view.at} seconds />}
      >
        {view.kind === 'cannot-size' ? <CannotSizeNote view={view} /> : <Target view={view} />}
      </Region>
      {view.trace.length > 0 && (
        <Region
          title="Trace"
          flush
          end={
            <Button size="sm" variant="quiet" onClick={copy}>
              Copy as JSON
            </Button>
          }
        >
          <TraceTable view={view} />
        </Region>
      )}
    </>
  );
}

function Target({ view }: { view: SizingView }) {
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div>
        <div className="text-xs text-ink-3">Target position</div>
        <div className="text-2xl leading-8 font-medium tracking-[-0.02em]">
          <Money value={view.size} />{' '}
          <small className="text-xs font-normal tracking-normal text-ink-3">{view.currency}</small>
        </div>
        <div className="text-xs text-ink-2">
          <Num value={view.quantity} digits={8} minDigits={0} /> units · <Percent value={view.shareOfEquity} /> of
          equity
          {view.binding && ` · bound by ${STEP_TITLE[view.binding].toLowerCase()}`}
          {view.availableBinding && ` (${view.availableBinding})`}
        </div>
      </div>
      <div className="max-w-[44ch] text-xs text-ink-2">
        {view.reservation ? (
          <Note tone="run" glyph="lock" title="Reserved">
            <Money value={view.reservation.amount} currency={view.currency} /> are held for{' '}
            <Countdown until={view.reservation.expiresAt} />. An order uses them with reservationId{' '}
            <code className="font-mono break-all">{view.reservation.id}</code>.
          </Note>
        ) : (
          'The target is a ceiling for the whole position, not an order. Reserving holds the amount for 60 s, so no second caller can spend it.'
        )}
      </div>
    </div>
  );
}

function CannotSizeNote({ view }: { view: SizingView }) {
  const isHalt = view.code === 'TRADING_HALTED' || view.code === 'TRADING_REDUCING';
  return (
    <Note
      tone="off"
      glyph="unknown"
      title={`No target: ${view.reason}`}
      action={
        <TextLink href={isHalt ? '/risk' : `/strategies/${view.strategyId}`}>
          {isHalt ? 'Open risk' : 'Open strategy'}
        </TextLink>
      }
    >
      {view.code && WAY_OUT[view.code]}
    </Note>
  );
}
