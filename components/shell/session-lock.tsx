'use client';
import { startAuthentication } from '@simplewebauthn/browser';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { onSessionEvent } from '../query-client';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { SecondFactorField, useSecondFactor } from '../ui/second-factor-field';
import { onShellEvent, openUnlock } from './shell-events';

const TOUCH_EVERY_MS = 60_000;
const LOOK_EVERY_MS = 60_000;

/** Whether this session is locked, as the server says; asked anew when it is refused and once a minute while nobody types. */
export function useIsLocked(): boolean {
  const trpc = useTRPC();
  return useQuery(trpc.identity.me.queryOptions()).data?.session.locked ?? false;
}

/** Beside the time while the session is locked: pages are read, alerts acknowledged and emergencies started all the same. */
export function LockedBadge() {
  return useIsLocked() ? (
    <Button size="sm" glyph="lock" onClick={openUnlock}>
      Locked. Unlock…
    </Button>
  ) : null;
}

/** Keeps the session awake by a person's input, and asks the factor again when it was locked; the page beneath stays. */
export function SessionLock() {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const isLocked = useIsLocked();
  const [isAsking, setAsking] = useState(false);
  const lastTouch = useRef(Date.now());
  const touch = useMutation(trpc.identity.touch.mutationOptions());
  const unlock = useMutation(trpc.identity.unlock.mutationOptions());
  const options = useMutation(trpc.identity.stepUpPasskeyOptions.mutationOptions());
  const lookAgain = () => cache.invalidateQueries({ queryKey: trpc.identity.me.queryKey() });
  const actions = useRef({ touch: touch.mutate, lookAgain });
  actions.current = { touch: touch.mutate, lookAgain };

  useEffect(() => onShellEvent('unlock', () => setAsking(true)), []);

  useEffect(
    () =>
      onSessionEvent((event) => {
        if (event === 'signed-out') {
          const from = window.location.pathname + window.location.search;
          window.location.assign(`/login?from=${encodeURIComponent(from)}`);
          return;
        }
        setAsking(true);
        void actions.current.lookAgain();
      }),
    [],
  );

  useEffect(() => {
    const input = () => {
      if (isLocked || Date.now() - lastTouch.current < TOUCH_EVERY_MS) return;
      lastTouch.current = Date.now();
      actions.current.touch(undefined, {
        onSuccess: (said) => {
          if (said.locked) void actions.current.lookAgain();
        },
      });
    };
    const look = setInterval(() => {
      if (Date.now() - lastTouch.current > LOOK_EVERY_MS) void actions.current.lookAgain();
    }, LOOK_EVERY_MS);
    window.addEventListener('pointerdown', input);
    window.addEventListener('keydown', input);
    return () => {
      clearInterval(look);
      window.removeEventListener('pointerdown', input);
      window.removeEventListener('keydown', input);
    };
  }, [isLocked]);

  const factor = useSecondFactor({
    verify: async (proof) => {
      await unlock.mutateAsync({ proof });
      return 'unlocked';
    },
    askPasskey: async () => startAuthentication({ optionsJSON: await options.mutateAsync() }),
  });
  const submit = async () => {
    if ((await factor.obtain()) === null) return;
    lastTouch.current = Date.now();
    await lookAgain();
    setAsking(false);
  };

  return (
    <Panel
      open={isAsking}
      onOpenChange={setAsking}
      title="This session is locked"
      description="Nobody typed or pressed for 30 min. What you had typed is still there."
      footer={
        <>
          <Button onClick={() => setAsking(false)}>Read on locked</Button>
          <Button
            variant="primary"
            sending={unlock.isPending}
            blocked={factor.ready ? undefined : 'Give your second factor first.'}
            onClick={submit}
          >
            Unlock
          </Button>
        </>
      }
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (factor.ready) void submit();
        }}
      >
        <p className="max-w-[60ch] text-ink-2">
          Locked, you can read, acknowledge alerts and start an emergency. Everything else asks for your second factor.
        </p>
        <SecondFactorField {...factor.field} />
      </form>
    </Panel>
  );
}
