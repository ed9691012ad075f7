'use client';
import { useMutation } from '@tanstack/react-query';
import type { ItemView } from '@/server/checklist/view';
import { ReasonPanel } from '../launch/reason-panel';
import { useTRPC } from '../trpc';

/** Marks an item as failed, or takes the mark back. */
export function FailItem({ item }: { item: ItemView }) {
  const trpc = useTRPC();
  const fail = useMutation(trpc.checklist.fail.mutationOptions());
  const clear = useMutation(trpc.checklist.clearFailure.mutationOptions());
  return item.failed ? (
    <ReasonPanel
      label="Clear failure…"
      variant="quiet"
      title={`Clear the failure of item ${item.number}`}
      question="What was put right"
      confirm="Clear failure"
      effects={`It was marked: ${item.failed.why}`}
      onConfirm={(why) => clear.mutateAsync({ itemId: item.id, why })}
    />
  ) : (
    <ReasonPanel
      label="Mark failed…"
      variant="quiet"
      title={`Mark item ${item.number} as failed`}
      question="What is wrong"
      confirm="Mark as failed"
      effects="A failed item shuts every gate, those of the phases too, until somebody clears it."
      onConfirm={(why) => fail.mutateAsync({ itemId: item.id, why })}
    />
  );
}
