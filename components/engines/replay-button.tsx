'use client';
import { useMutation } from '@tanstack/react-query';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Status } from '../ui/status';

const CRASH = '2008-09-26';

/** The demo's button: the paper engine goes on from the days of the crash; the second session falls 8.81 %. */
export function ReplayButton({ engineId }: { engineId: string }) {
  const trpc = useTRPC();
  const replay = useMutation(trpc.engines.replayCrash.mutationOptions());
  return (
    <>
      <Button glyph="pulse" sending={replay.isPending} onClick={() => replay.mutate({ engineId, from: CRASH })}>
        Replay the crash of 2008
      </Button>
      <span role="status" className="self-center text-xs">
        {replay.data && <Status kind="running">Replaying from {replay.data.from}</Status>}
        {replay.error && <Status kind="failed">{wordsOf(replay.error)}</Status>}
      </span>
    </>
  );
}
