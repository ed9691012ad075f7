import type { EmergencyView } from '@/server/emergency/view';
import { Num } from '../ui/number';
import { Region } from '../ui/page';
import { Status } from '../ui/status';
import { Table } from '../ui/table';
import { Age } from '../ui/time';

/** What is still held, as the engines report, and the orders that close it. */
export function PositionsLeft({ view }: { view: EmergencyView }) {
  const { left, asOf } = view.current;
  if (left.length === 0) return null;
  const isCritical = view.severity === 'critical';
  return (
    <Region
      title="Positions left"
      end={
        asOf && (
          <>
            as the engines report, <Age at={asOf} suffix=" ago" />
          </>
        )
      }
      flush
    >
      <Table
        label="Positions left"
        rows={left}
        rowKey={(row) => `${row.engine}:${row.strategy}:${row.instrument}`}
        columns={[
          { key: 'instrument', head: 'Instrument', cell: (row) => row.instrument },
          { key: 'strategy', head: 'Strategy', deskOnly: true, cell: (row) => row.strategy },
          { key: 'start', head: 'At start', numeric: true, cell: (row) => <Num value={row.atStart} /> },
          { key: 'now', head: 'Now', numeric: true, cell: (row) => <Num value={row.quantity} /> },
          {
            key: 'closing',
            head: 'Closing order',
            cell: (row) =>
              row.closing ? (
                <Status kind="running" detail="market">
                  Working
                </Status>
              ) : isCritical ? (
                <Status kind="unknown">None seen</Status>
              ) : (
                <span className="text-ink-3">stays open</span>
              ),
          },
          {
            key: 'filled',
            head: 'Filled',
            numeric: true,
            cell: (row) =>
              row.closing && (
                <>
                  <Num value={row.closing.filled} /> of <Num value={row.closing.quantity} />
                </>
              ),
          },
        ]}
      />
    </Region>
  );
}
