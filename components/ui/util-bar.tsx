import { cx } from './cx';
import { formatPercent, type Numeric } from './format';
import { TONE } from './tone';

export type UtilState = 'within' | 'soft' | 'breached' | 'halts' | 'unknown';

const FULL = 1.2;
const HUE = { within: 'ok', soft: 'warn', breached: 'high', halts: 'crit', unknown: 'off' } as const;
const WORD = {
  within: 'within',
  soft: 'over the soft limit',
  breached: 'over the hard limit',
  halts: 'over the hard limit, halts',
  unknown: 'unknown',
} as const;

/** State by utilisation alone: exactly 100 % is no breach. */
export function utilState(utilisation: Numeric, soft = 0.8): UtilState {
  const value = Number(utilisation ?? Number.NaN);
  if (Number.isNaN(value)) return 'unknown';
  return value > 1 ? 'breached' : value > soft ? 'soft' : 'within';
}

const at = (share: number) => `${(Math.min(FULL, Math.max(0, share)) / FULL) * 100}%`;

/**
 * How much of a limit is used, 0 to 120 %: thin tick at soft, thick at hard, overrun hatched, unknown hatched all along.
 * `utilisation` is a fraction (1 is at the limit), or `beyond` for a floor that is gone.
 */
export function UtilBar({
  utilisation,
  label,
  state,
  soft = 0.8,
  className,
}: {
  utilisation: Numeric | 'beyond';
  label: string;
  state?: UtilState;
  soft?: number;
  className?: string;
}) {
  const value = utilisation === 'beyond' ? FULL : Number(utilisation ?? Number.NaN);
  const shown = Number.isNaN(value) ? 'unknown' : (state ?? utilState(value, soft));
  const words = utilisation === 'beyond' ? 'beyond' : formatPercent(utilisation, { digits: 1 });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a native meter cannot carry ticks and an overrun.
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={120}
      aria-valuenow={shown === 'unknown' ? 0 : Math.round(Math.min(FULL, Math.max(0, value)) * 1000) / 10}
      aria-valuetext={shown === 'unknown' ? 'unknown' : `${words}, ${WORD[shown]}`}
      className={cx(
        'relative h-2 min-w-16 rounded-[1px] phone:min-w-12',
        shown === 'within' ? '[--s:var(--color-line-control)]' : TONE[HUE[shown]],
        shown === 'unknown' ? 'hatch-unknown' : 'bg-raised',
        className,
      )}
    >
      {shown !== 'unknown' && (
        <>
          <i
            className="absolute inset-y-0 left-0 rounded-l-[1px] bg-(--s) forced-color-adjust-none"
            style={{ width: at(Math.min(value, 1)) }}
          />
          {value > 1 && (
            <i
              className="hatch-over absolute inset-y-0"
              style={{ left: at(1), width: at(Math.min(value, FULL) - 1) }}
            />
          )}
        </>
      )}
      <b className="absolute -inset-y-0.75 w-px bg-ink-3" style={{ left: at(soft) }} />
      <b className="absolute -inset-y-0.75 w-0.5 bg-ink" style={{ left: at(1) }} />
    </div>
  );
}
