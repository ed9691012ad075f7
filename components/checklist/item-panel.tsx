'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ChecklistPage, ItemView } from '@/server/checklist/view';
import { ROLE_LABEL } from '@/server/kernel/actor';
import { wordsOf as wordsOfEvent } from '../launch/event-words';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { SignOffCell } from '../ui/checklist-cells';
import { Panel } from '../ui/dialog';
import { Note } from '../ui/note';
import { RegionBoundary } from '../ui/region-boundary';
import { Time } from '../ui/time';
import { Timeline } from '../ui/timeline';
import { EditItem } from './edit-item';
import { EvidenceList } from './evidence-list';
import { FailItem } from './fail-item';
import { shownState } from './item-state';
import { ProbeCard } from './probe-card';
import { SignForm } from './sign-form';
import { Signatures } from './signatures';
import { Waivers } from './waivers';

/** One item: what is claimed, what shows it, who attests it, and what this person may do. */
export function ItemPanel({
  page,
  item,
  onClose,
}: {
  page: ChecklistPage;
  item: ItemView | null;
  onClose: () => void;
}) {
  return (
    <Panel
      open={item !== null}
      onOpenChange={(open) => !open && onClose()}
      title={item ? `Item ${item.number}, ${item.section}` : ''}
      description={item ? `${page.number} ${page.name} ${page.version}` : ''}
    >
      {item && <Item key={item.id} page={page} item={item} />}
    </Panel>
  );
}

function Item({ page, item }: { page: ChecklistPage; item: ItemView }) {
  const { state, word, detail } = shownState(item);
  const mayChange = !page.isClosed;
  return (
    <div className="grid gap-5">
      <div>
        <h3 className="text-lg font-semibold">{item.text}</h3>
        <p className="mt-0.5 text-xs text-ink-3">
          {item.isCritical
            ? `Critical, two people: ${ROLE_LABEL[item.ownerRole]}, and a Risk officer or Manager.`
            : `Signed by ${ROLE_LABEL[item.ownerRole]}.`}{' '}
          {item.dueAt && (
            <>
              Due <Time at={item.dueAt} day />.
            </>
          )}
        </p>
        <div className="mt-2 flex flex-wrap items-center gap-3">
          <SignOffCell state={state} word={word} detail={detail} />
          {mayChange && page.may.edit && <EditItem item={item} />}
          {mayChange && page.may.sign && <FailItem item={item} />}
        </div>
      </div>
      {!item.isSatisfied && (
        <Note
          tone={item.state === 'failed' ? 'high' : 'off'}
          title={`‘${item.text}’ ${item.missing.replace(/\.$/, '')}.`}
        >
          {item.who && `Next: ${item.who}.`}
        </Note>
      )}
      {item.probes.map((probe) => (
        <ProbeCard
          key={probe.kind}
          item={item}
          probe={probe}
          mayCheck={mayChange && page.may.attach}
          mayEdit={mayChange && page.may.edit}
        />
      ))}
      <EvidenceList item={item} releaseId={page.releaseId} mayAttach={mayChange && page.may.attach} />
      <Signatures item={item} />
      {mayChange && <SignForm item={item} maySign={page.may.sign} />}
      <Waivers
        item={item}
        mayPropose={mayChange && page.may.proposeWaiver}
        mayApprove={mayChange && page.may.approveWaiver}
      />
      <History itemId={item.id} />
    </div>
  );
}

function History({ itemId }: { itemId: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <section aria-label="History of this item" className="border-t border-line pt-2">
      <Button size="sm" variant="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? 'Fold history' : 'Show history'}
      </Button>
      {isOpen && (
        <RegionBoundary label="History" rows={3}>
          <HistoryList itemId={itemId} />
        </RegionBoundary>
      )}
    </section>
  );
}

function HistoryList({ itemId }: { itemId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.checklist.history.queryOptions({ itemId }));
  if (data.length === 0) return <p className="text-xs text-ink-3">Nothing has happened to this item yet.</p>;
  return (
    <Timeline
      label="History of this item"
      entries={data.map((one) => {
        const { glyph, tone, title, detail } = wordsOfEvent(one);
        return { key: one.id, glyph, tone, title, detail, occurredAt: one.occurredAt, recordedAt: one.recordedAt };
      })}
    />
  );
}
