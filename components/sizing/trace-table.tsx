import type { SizingStep } from '@/server/risk/sizing/sizing';
import type { SizingView, TraceView } from '@/server/risk/sizing/sizing-request';
import { cx } from '../ui/cx';
import { Glyph } from '../ui/glyph';
import { Money, Percent } from '../ui/number';
import { Tag } from '../ui/status';
import { TableFrame, Td, Th } from '../ui/table';
import { TONE } from '../ui/tone';
import { availableWords, capitalWords, STEP_TITLE } from './words';

/** Every step of a sizing: what was computed from which numbers, what stands after it, and what it took away. */
export function TraceTable({ view }: { view: SizingView }) {
  const widest = Math.max(...view.trace.filter((l) => l.step !== 'capital').map((l) => Number(l.amount)), 0);
  return (
    <TableFrame label="Trace of the sizing">
      <thead>
        <tr>
          <Th numeric className="w-9">
            <span className="sr-only">Number</span>
          </Th>
          <Th>Step</Th>
          <Th numeric>Of capital</Th>
          <Th numeric>{view.currency}</Th>
          <Th className="w-36 phone:hidden">
            <span className="sr-only">Beside the largest step</span>
          </Th>
          <Th numeric>Cut by</Th>
        </tr>
      </thead>
      <tbody>
        {view.trace.map((line, index) => (
          <TraceRow key={line.step} view={view} line={line} index={index} widest={widest} />
        ))}
      </tbody>
    </TableFrame>
  );
}

function formulaOf(view: SizingView, line: TraceView): string {
  if (line.step === 'capital') return capitalWords(view);
  return line.step === 'available' ? availableWords(view) : line.formula;
}

type RowProps = { view: SizingView; line: TraceView; index: number; widest: number };

function TraceRow({ view, line, index, widest }: RowProps) {
  const isBinding = line.isBinding;
  return (
    <tr
      className={cx(TONE.run, 'group/row', isBinding && 'bg-(--st) [&>td:first-child]:shadow-[inset_2px_0_0_var(--s)]')}
    >
      <Td numeric className="text-ink-3">
        {index}
      </Td>
      <Td className="min-w-56">
        <span className={cx('flex flex-wrap items-center gap-2', isBinding ? 'font-semibold' : 'font-medium')}>
          {STEP_TITLE[line.step as SizingStep] ?? line.step}
          {isBinding && (
            <Tag tone="run">
              <Glyph name="lock" size="sm" />
              Binding
            </Tag>
          )}
        </span>
        <span className="block max-w-[74ch] text-xs text-ink-3">{formulaOf(view, line)}</span>
      </Td>
      <Td numeric className="text-ink-2">
        <Percent value={line.share} />
      </Td>
      <Td numeric className={isBinding ? 'font-semibold' : 'font-medium'}>
        <Money value={line.amount} />
      </Td>
      <Td className="phone:hidden">
        {line.step !== 'capital' && (
          <span className="block h-2 bg-raised" aria-hidden="true">
            <span
              className={cx('block h-2', isBinding ? 'bg-(--s)' : 'bg-line-control')}
              style={{ width: widest > 0 ? `${(Number(line.amount) / widest) * 100}%` : 0 }}
            />
          </span>
        )}
      </Td>
      <Td numeric className="text-ink-3">
        {line.cut && <Money value={`-${line.cut}`} />}
      </Td>
    </tr>
  );
}
