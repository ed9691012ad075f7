'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type DragEvent, useRef, useState } from 'react';
import type { Purpose } from '@/server/evidence/backtest';
import { MAX_FILE_BYTES } from '@/server/evidence/bounds';
import type { SeriesChoice } from '@/server/evidence/model';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { cx } from '../ui/cx';
import { formatBytes, formatPercent } from '../ui/format';
import { Note } from '../ui/note';
import { Seg } from '../ui/seg';
import { Status } from '../ui/status';
import { RefusedFile } from './refused-file';
import { type Refusal, sendFile } from './send-file';
import { PURPOSE_WORDS } from './words';

type State =
  | { step: 'ready' }
  | { step: 'sending'; name: string; size: number; share: number; abort: AbortController }
  | { step: 'refused'; file: File; refusal: Refusal };

/** Takes one backtest file, by drop or by choice, shows how far it is, and opens what was read from it; keeps a refused one to be read differently. */
export function EvidenceUpload({
  releaseId,
  address,
  mayImport,
}: {
  releaseId: string;
  address: string;
  mayImport: boolean;
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const cache = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [purpose, setPurpose] = useState<Purpose>('in-sample');
  const [state, setState] = useState<State>({ step: 'ready' });
  const [isOver, setOver] = useState(false);

  if (!mayImport)
    return (
      <Note tone="off" title="A Quant or an Engineer uploads backtests.">
        Your role reads them here.
      </Note>
    );

  const send = async (file: File, choice: SeriesChoice = {}) => {
    if (file.size > MAX_FILE_BYTES) {
      const words = `The file is ${formatBytes(file.size)}; 50 MB is the most. Export without signals or orders.`;
      return setState({ step: 'refused', file, refusal: { words, choice, reading: null, mayRepeat: false } });
    }
    const abort = new AbortController();
    const sending = { step: 'sending', name: file.name, size: file.size, abort } as const;
    setState({ ...sending, share: 0 });
    const answer = await sendFile(
      file,
      { release: releaseId, name: file.name.slice(0, 200), purpose },
      choice,
      (share) => setState({ ...sending, share }),
      abort.signal,
    );
    if (!answer.ok) return setState({ step: 'refused', file, refusal: answer.refusal });
    setState({ step: 'ready' });
    await cache.invalidateQueries({ queryKey: trpc.evidence.pathKey() });
    router.push(`${address}?backtest=${answer.backtestIds[0]}`, { scroll: false });
  };

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file && state.step !== 'sending') void send(file);
  };

  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-xs text-ink-3">This is</span>
        <Seg
          label="What the file is"
          value={purpose}
          onChange={setPurpose}
          options={(['in-sample', 'out-of-sample', 'walk-forward'] as const).map((value) => ({
            value,
            label: PURPOSE_WORDS[value],
          }))}
        />
      </div>
      <section
        aria-label="Drop a file here"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cx(
          'grid gap-2 rounded-md border border-dashed border-line-control px-4 py-4',
          isOver && 'border-run bg-run-tint',
        )}
      >
        {state.step === 'sending' ? (
          <Sending state={state} />
        ) : (
          <>
            <div className="flex flex-wrap items-center gap-3">
              <Button variant="primary" onClick={() => input.current?.click()}>
                Choose a file…
              </Button>
              <span className="text-ink-2 phone:hidden">or drop it here</span>
            </div>
            <p className="max-w-[74ch] text-xs text-ink-3">
              Freqtrade .json or .zip, LEAN .json, a .csv of prices or returns, pyfolio positions or transactions. The
              content decides, not the name. 50 MB at most.
            </p>
          </>
        )}
        <input
          ref={input}
          type="file"
          aria-label="Backtest file"
          className="sr-only"
          tabIndex={-1}
          accept=".json,.zip,.csv,.txt"
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file) void send(file);
          }}
        />
      </section>
      {state.step === 'refused' && (
        <RefusedFile file={state.file} refusal={state.refusal} onSend={(choice) => void send(state.file, choice)} />
      )}
    </div>
  );
}

function Sending({ state }: { state: Extract<State, { step: 'sending' }> }) {
  const isReading = state.share >= 1;
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <Status kind="running">{isReading ? 'Reading it' : 'Sending'}</Status>
        <span className="min-w-0 truncate">{state.name}</span>
        <span className="text-ink-3">
          {formatPercent(state.share, { digits: 0 })} of {formatBytes(state.size)}
        </span>
        <Button size="sm" className="ml-auto" onClick={() => state.abort.abort()}>
          Cancel
        </Button>
      </div>
      <div
        role="progressbar"
        aria-label={`Sending ${state.name}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(state.share * 100)}
        className="h-1.5 rounded-xs bg-raised"
      >
        <div className="h-full rounded-xs bg-run" style={{ width: `${state.share * 100}%` }} />
      </div>
    </div>
  );
}
