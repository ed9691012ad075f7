import { cx } from './cx';
import { formatMoney, formatNumber, formatPercent, type NumberShape, type Numeric, UNKNOWN } from './format';

type Shown = NumberShape & { value: Numeric; className?: string };

function Figure({ text, className }: { text: string; className?: string }) {
  const unknown = text.startsWith(UNKNOWN);
  return (
    <span className={cx('whitespace-nowrap tabular-nums', unknown && 'text-ink-3', className)}>
      {text}
      {unknown && <span className="sr-only"> unknown</span>}
    </span>
  );
}

/** A plain number; `?` when unknown. */
export function Num({ value, className, ...shape }: Shown) {
  return <Figure text={formatNumber(value, shape)} className={className} />;
}

/** Money to the cent, never red or green: sign and place carry it. In tables the currency is in the head. */
export function Money({ value, currency, className, ...shape }: Shown & { currency?: string }) {
  return <Figure text={formatMoney(value, { ...shape, currency })} className={className} />;
}

/** A fraction as per cent. */
export function Percent({ value, className, ...shape }: Shown) {
  return <Figure text={formatPercent(value, shape)} className={className} />;
}
