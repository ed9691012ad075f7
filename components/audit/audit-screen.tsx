'use client';
import { MainAndSide, Region } from '../ui/page';
import { RegionBoundary } from '../ui/region-boundary';
import { AuditEntries } from './entries';
import { AuditEntry } from './entry';
import { AuditFilters, filterOf, useAuditView } from './filters';
import { Verdict } from './verdict';

/** The chain: its verdict, its entries by filter, and one of them with its neighbours. */
export function AuditScreen() {
  const [view] = useAuditView();
  const wanted = Object.entries(filterOf(view)).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value instanceof Date ? value.toISOString() : value]],
  );
  const query = new URLSearchParams(wanted as string[][]).toString();
  return (
    <>
      <RegionBoundary label="The verdict" rows={2}>
        <Verdict exportHref={`/api/v1/audit/export${query ? `?${query}` : ''}`} />
        <AuditFilters />
      </RegionBoundary>
      <MainAndSide
        sideWidth={376}
        sideLast
        main={
          <Region title="Entries" flush>
            <AuditEntries />
          </Region>
        }
        side={
          <Region title="Entry">
            <AuditEntry />
          </Region>
        }
      />
    </>
  );
}
