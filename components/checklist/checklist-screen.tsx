'use client';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import type { ItemView } from '@/server/checklist/view';
import { ROLE_LABEL } from '@/server/kernel/actor';
import { ItemName, itemEdge, SignOffCell } from '../ui/checklist-cells';
import { Region } from '../ui/page';
import { Seg } from '../ui/seg';
import { EmptyState } from '../ui/states';
import { Status } from '../ui/status';
import { Table } from '../ui/table';
import { AddItem } from './add-item';
import { ItemPanel } from './item-panel';
import { evidenceWords, shownState } from './item-state';
import { ProbeWords } from './probe-words';
import { useChecklist } from './use-checklist';

const VIEWS = ['all', 'blocking', 'me'] as const;

/** The whole checklist on one screen; the item that is chosen docks at the right. */
export function ChecklistScreen({ launchId }: { launchId: string }) {
  const page = useChecklist(launchId);
  const [view, setView] = useQueryState('view', parseAsStringLiteral(VIEWS).withDefault('all'));
  const [chosen, setChosen] = useQueryState('item');
  const { items } = page;
  const blocking = items.filter((one) => !one.isSatisfied);
  const mine = items.filter((one) => one.signing.may || one.waivers.some((waiver) => waiver.answer.may));
  const rows = view === 'all' ? items : view === 'blocking' ? blocking : mine;
  const item = items.find((one) => one.id === chosen || String(one.number) === chosen) ?? null;
  const waived = items.filter((one) => one.state === 'waived').length;
  return (
    <Region
      title="Checklist"
      flush
      tags={
        <>
          <span className="text-xs text-ink-3">
            Template v{page.templateVersion} · {items.length} items
          </span>
          <Seg
            label="Items shown"
            value={view}
            onChange={setView}
            options={[
              { value: 'all', label: `All ${items.length}` },
              { value: 'blocking', label: `Blocking ${blocking.length}` },
              { value: 'me', label: `Needs me ${mine.length}` },
            ]}
          />
        </>
      }
      end={
        <>
          <b className="font-medium text-ink">
            {items.length - blocking.length} of {items.length}
          </b>
          <span>
            {items.length - blocking.length - waived} signed, {waived} waived
          </span>
          {page.may.edit && !page.isClosed && <AddItem launchId={launchId} />}
        </>
      }
    >
      <Table
        label="Checklist"
        rows={rows}
        rowKey={(row) => row.id}
        rowTone={(row) => (row.isSatisfied ? undefined : itemEdge(shownState(row).state))}
        selectedKey={item?.id}
        group={(row) => ({ key: row.section, head: <GroupHead section={row.section} items={items} /> })}
        empty={
          <EmptyState title={view === 'me' ? 'Nothing here needs you.' : 'Nothing blocks.'}>
            {view === 'me' ? 'Items you may sign or waive stand here.' : 'Every item is signed or waived.'}
          </EmptyState>
        }
        columns={[
          { key: 'number', head: '', numeric: true, className: 'w-8 text-ink-3 phone:pr-0', cell: (row) => row.number },
          {
            key: 'item',
            head: 'Item',
            cell: (row) => (
              <button
                type="button"
                className="min-w-40 text-left hover:underline md:min-w-52 phone:min-h-11"
                onClick={() => setChosen(String(row.number))}
              >
                <ItemName title={row.text} critical={row.isCritical} blocking={!row.isSatisfied} />
              </button>
            ),
          },
          {
            key: 'owner',
            head: 'Owner',
            deskOnly: true,
            cell: (row) => <span className="text-xs text-ink-3">{ROLE_LABEL[row.ownerRole]}</span>,
          },
          { key: 'evidence', head: 'Evidence', deskOnly: true, cell: (row) => <Evidence item={row} /> },
          { key: 'probe', head: 'Probe', deskOnly: true, cell: (row) => <ProbeWords probes={row.probes} /> },
          { key: 'sign', head: 'Sign-off', cell: (row) => <SignOff item={row} /> },
        ]}
      />
      <ItemPanel page={page} item={item} onClose={() => setChosen(null)} />
    </Region>
  );
}

function GroupHead({ section, items }: { section: string; items: ItemView[] }) {
  const own = items.filter((one) => one.section === section);
  return (
    <>
      {section}{' '}
      <span className="font-normal text-ink-3">
        {own.filter((one) => one.isSatisfied).length} of {own.length}
      </span>
    </>
  );
}

function Evidence({ item }: { item: ItemView }) {
  const words = evidenceWords(item);
  return words ? (
    <span className="block max-w-40 truncate text-xs text-ink-2" title={words}>
      {words}
    </span>
  ) : (
    <span className="text-xs text-ink-3">none</span>
  );
}

function SignOff({ item }: { item: ItemView }) {
  const { state, word, detail } = shownState(item);
  const proposed = item.waivers.find((one) => one.state === 'proposed');
  return (
    <span className="block max-w-60 truncate" title={item.missing || undefined}>
      {proposed ? (
        <Status kind="awaiting" detail={proposed.answer.may ? 'needs you' : undefined}>
          Waiver proposed
        </Status>
      ) : (
        <SignOffCell state={state} word={word} detail={detail} />
      )}
    </span>
  );
}
