import type { BaselineLine } from '@/server/reports/view';
import { Note } from '../ui/note';
import { Status } from '../ui/status';
import { Table } from '../ui/table';

/** What a baseline holds of each metric, and from where on a deviation would show. */
export function BaselineLines({ lines, missing }: { lines: BaselineLine[]; missing: string[] }) {
  return (
    <div className="grid gap-3">
      <div className="-mx-5 phone:-mx-4">
        <Table
          label="Metrics of the baseline"
          rows={lines}
          rowKey={(line) => line.metric}
          rowTone={(line) => (line.refusal ? 'high' : undefined)}
          columns={[
            { key: 'label', head: 'Metric', cell: (line) => line.label },
            { key: 'mean', head: 'Mean', numeric: true, cell: (line) => line.mean },
            {
              key: 'threshold',
              head: 'Finding from',
              numeric: true,
              cell: (line) => line.threshold ?? 'never',
            },
            {
              key: 'span',
              head: 'Measured',
              cell: (line) =>
                line.isShort ? (
                  <Status kind="low" size="sm">
                    {line.minutes} of {line.minutesNeeded} min
                  </Status>
                ) : (
                  <span className="text-xs text-ink-2">
                    {line.minutes} min, {line.samples} samples
                  </span>
                ),
            },
          ]}
        />
      </div>
      {lines.map(
        (line) =>
          line.refusal && (
            <Note key={line.metric} tone="high" title={line.refusal}>
              A baseline with it cannot be approved.
            </Note>
          ),
      )}
      {missing.length > 0 && (
        <p className="text-xs text-ink-3">
          Not measured: {missing.join(', ')}. Each is a gap in a report that measures it.
        </p>
      )}
    </div>
  );
}
