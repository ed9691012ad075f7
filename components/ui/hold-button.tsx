'use client';
import {
  type FormEvent,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { Button } from './button';
import { cx } from './cx';
import { Input } from './field';
import { Glyph } from './glyph';
import { type Hold, type HoldEvent, holdShare, nextHold } from './hold';

const HOLD_MS = 1500;

export type HoldButtonProps = {
  /** Verb and scope: "Hold to stop and flatten". */
  children: ReactNode;
  /** What holding does, under the verb. */
  effect?: ReactNode;
  /** Called once at 100 %. A rejected promise gives the button back; the caller shows why. */
  onHeld: () => unknown;
  /** After it fired: "E-0007 is already running; you joined". */
  outcome?: ReactNode;
  /** A drill is blue and says DRILL in words. */
  drill?: boolean;
  blocked?: string;
  /** The word to type for those who cannot hold. */
  typedWord?: string;
  size?: 'md' | 'lg';
};

/** Holds for 1500 ms before it acts: pointer, Space or Enter; typing the word is the alternative. */
export function HoldButton({
  children,
  effect,
  onHeld,
  outcome,
  drill,
  blocked,
  typedWord = 'STOP',
  size = 'lg',
}: HoldButtonProps) {
  const { hold, share, leftMs, send, fire } = useHold(onHeld);
  const pointers = useRef(new Set<number>());
  const reasonId = useId();
  const isDead = hold.phase === 'sent' || Boolean(blocked);

  const letGo = () => send({ kind: 'let-go' });
  const down = (event: PointerEvent<HTMLButtonElement>) => {
    if (isDead || event.button !== 0) return;
    pointers.current.add(event.pointerId);
    // A touch is captured by what it began on; without this, leaving the button would go unseen.
    if (event.currentTarget.hasPointerCapture(event.pointerId))
      event.currentTarget.releasePointerCapture(event.pointerId);
    send({ kind: 'press', at: performance.now(), pointers: pointers.current.size });
  };
  const up = (event: PointerEvent<HTMLButtonElement>) => {
    pointers.current.delete(event.pointerId);
    letGo();
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    if (!isDead && !event.repeat) send({ kind: 'press', at: performance.now(), pointers: 1 });
  };
  const keyUp = (event: KeyboardEvent) => {
    if (event.key === ' ' || event.key === 'Enter') letGo();
  };

  return (
    <div className="grid gap-2">
      <button
        type="button"
        aria-disabled={isDead || undefined}
        aria-describedby={blocked ? reasonId : undefined}
        onPointerDown={down}
        onPointerUp={up}
        onPointerLeave={up}
        onPointerCancel={up}
        onBlur={letGo}
        onKeyDown={keyDown}
        onKeyUp={keyUp}
        onContextMenu={(event) => event.preventDefault()}
        className={cx(
          'relative isolate grid w-full touch-none place-content-center justify-items-center overflow-hidden rounded-md px-4 font-semibold text-on-crit select-none focus-visible:outline-offset-3',
          size === 'lg' ? 'min-h-16 text-lg' : 'min-h-11 text-sm',
          drill
            ? 'bg-drill-solid [--icon-cut:var(--color-drill-solid)]'
            : 'bg-crit-solid [--icon-cut:var(--color-crit-solid)]',
          blocked && 'cursor-not-allowed opacity-70',
        )}
      >
        <span
          aria-hidden="true"
          className={cx('absolute inset-0 -z-10 origin-left', drill ? 'bg-drill-press' : 'bg-crit-press')}
          style={{ transform: `scaleX(${hold.phase === 'sent' ? 1 : share})` }}
        />
        <span className="flex items-center gap-2.5">
          <Glyph name={hold.phase === 'sent' ? 'run' : blocked ? 'lock' : 'stop'} size="xl" />
          {hold.phase === 'holding'
            ? `Keep holding, ${(leftMs / 1000).toFixed(1)} s`
            : hold.phase === 'sent' && !outcome
              ? 'Sending…'
              : children}
        </span>
        {effect && <span className="text-xs font-normal">{effect}</span>}
      </button>
      <div role="status" className="text-xs text-ink-2 empty:hidden">
        {hold.phase === 'sent' && outcome}
      </div>
      {blocked && (
        <p id={reasonId} className="text-xs text-ink-2">
          {blocked}
        </p>
      )}
      {!isDead && <TypedAlternative word={typedWord} onTyped={fire} />}
    </div>
  );
}

function useHold(onHeld: HoldButtonProps['onHeld']) {
  const [hold, setHold] = useState<Hold>({ phase: 'rest' });
  const [elapsedMs, setElapsedMs] = useState(0);
  const truth = useRef<Hold>(hold);

  const send = (event: HoldEvent) => {
    const next = nextHold(truth.current, event);
    if (next === truth.current) return;
    truth.current = next;
    setHold(next);
    setElapsedMs(0);
  };

  const fire = () => {
    if (truth.current.phase === 'sent') return;
    truth.current = { phase: 'sent' };
    setHold(truth.current);
    navigator.vibrate?.(30);
    Promise.resolve()
      .then(onHeld)
      .catch(() => send({ kind: 'refused' }));
  };

  // Read through a ref, so that a new callback from the page does not restart a hold that is under way.
  const actions = useRef({ fire, send });
  actions.current = { fire, send };

  useEffect(() => {
    if (hold.phase !== 'holding') return;
    let frame = requestAnimationFrame(function draw() {
      setElapsedMs(performance.now() - hold.startedAt);
      frame = requestAnimationFrame(draw);
    });
    const full = setTimeout(() => actions.current.fire(), HOLD_MS);
    const leave = () => actions.current.send({ kind: 'let-go' });
    const secondFinger = (event: globalThis.PointerEvent) => {
      if (!event.isPrimary) leave();
    };
    window.addEventListener('pointerdown', secondFinger);
    window.addEventListener('blur', leave);
    document.addEventListener('visibilitychange', leave);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(full);
      window.removeEventListener('pointerdown', secondFinger);
      window.removeEventListener('blur', leave);
      document.removeEventListener('visibilitychange', leave);
    };
  }, [hold]);

  const reducedMotion = typeof window !== 'undefined' && window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  return {
    hold,
    share: hold.phase === 'holding' ? holdShare(elapsedMs, HOLD_MS, reducedMotion) : 0,
    leftMs: Math.max(0, HOLD_MS - elapsedMs),
    send,
    fire,
  };
}

function TypedAlternative({ word, onTyped }: { word: string; onTyped: () => void }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const inputId = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim().toUpperCase() === word) onTyped();
  };
  if (!open)
    return (
      <Button variant="quiet" onClick={() => setOpen(true)} className="justify-self-center">
        Cannot hold? Type {word} instead
      </Button>
    );
  return (
    <form onSubmit={submit} className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-2">
      <label htmlFor={inputId} className="col-span-2 text-xs font-medium text-ink-2">
        Type {word}, then press Enter
      </label>
      <Input
        id={inputId}
        autoFocus
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" blocked={text.trim().toUpperCase() === word ? undefined : `Type ${word} first.`}>
        {word}
      </Button>
    </form>
  );
}
