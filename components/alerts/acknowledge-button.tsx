'use client';
import { useMutation } from '@tanstack/react-query';
import type { AlertDetail } from '@/server/alerts/view';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Note } from '../ui/note';

const lasting = (minutes: number) => (minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`);

/** One tap takes the alert in hand; firm only when the server says so, and the button is back with the reason if not. */
export function AcknowledgeButton({ alert, big = false }: { alert: AlertDetail; big?: boolean }) {
  const trpc = useTRPC();
  const acknowledge = useMutation(trpc.alerts.acknowledge.mutationOptions());
  const giveBack = useMutation(trpc.alerts.unacknowledge.mutationOptions());
  const failure = acknowledge.error ?? giveBack.error;
  const size = big ? 'touch' : 'lg';
  const isHeld = alert.state === 'acknowledged';
  const isOpen = alert.state === 'firing' || isHeld || alert.state === 'silenced';
  if (!isOpen) return null;
  return (
    <>
      {failure && (
        <Note tone="high" role="alert" title={wordsOf(failure)}>
          Nothing was changed.
        </Note>
      )}
      {isHeld ? (
        <Button size={size} sending={giveBack.isPending} onClick={() => giveBack.mutate({ id: alert.id })}>
          Give it back
        </Button>
      ) : (
        <Button
          variant="primary"
          size={size}
          glyph="user"
          className={big ? 'min-h-14' : undefined}
          aria-keyshortcuts="a"
          data-acknowledge
          sending={acknowledge.isPending}
          blocked={
            alert.may.acknowledge
              ? undefined
              : 'Your role reads alerts. An Engineer, Quant, Risk officer, Manager or Board member acknowledges them.'
          }
          onClick={() => acknowledge.mutate({ id: alert.id })}
        >
          Acknowledge for {lasting(alert.acknowledgementMinutes)}
        </Button>
      )}
    </>
  );
}
