const LOCK = 'going-live.stream';
const LEASE_KEY = 'going-live.stream-lease';
const RENEW_MS = 2000;
const LEASE_MS = 7000;

/**
 * One tab of this browser leads: it alone holds the event stream, since HTTP/1.1 gives a browser about six connections.
 * `lead` runs while this tab leads and returns what stops it. The next tab takes over when it closes or is frozen.
 */
export function compete(lead: () => () => void): { leave: () => void; seize: () => void } {
  return 'locks' in navigator ? competeByLock(lead) : competeByLease(lead);
}

function competeByLock(lead: () => () => void) {
  let letGo: (() => void) | null = null;
  let isGone = false;
  const hold = () => {
    if (isGone) return Promise.resolve();
    return new Promise<void>((resolve) => {
      const stop = lead();
      letGo = () => {
        letGo = null;
        stop();
        resolve();
      };
    });
  };
  const wait = new AbortController();
  const request = (options: LockOptions) => {
    navigator.locks.request(LOCK, options, hold).catch(() => {
      // Taken by a tab that heard nothing from here: stop, and stand in line again.
      letGo?.();
      if (!isGone) request({ signal: wait.signal });
    });
  };
  request({ signal: wait.signal });
  return {
    leave: () => {
      isGone = true;
      wait.abort();
      letGo?.();
    },
    seize: () => {
      if (!letGo && !isGone) request({ steal: true });
    },
  };
}

type Lease = { owner: string; until: number };

// Without Web Locks (an insecure origin) a lease in the browser's storage does the same, a little slower.
function competeByLease(lead: () => () => void) {
  const me = crypto.getRandomValues(new Uint32Array(2)).join('-');
  let stop: (() => void) | null = null;
  const read = (): Lease | null => JSON.parse(localStorage.getItem(LEASE_KEY) ?? 'null') as Lease | null;
  const take = () => localStorage.setItem(LEASE_KEY, JSON.stringify({ owner: me, until: Date.now() + LEASE_MS }));
  const turn = (force = false) => {
    const lease = read();
    const isMine = lease?.owner === me;
    if (isMine || force || !lease || lease.until < Date.now()) take();
    const leads = read()?.owner === me;
    if (leads && !stop) stop = lead();
    if (!leads && stop) {
      stop();
      stop = null;
    }
  };
  turn();
  const timer = setInterval(turn, RENEW_MS);
  return {
    leave: () => {
      clearInterval(timer);
      if (read()?.owner === me) localStorage.removeItem(LEASE_KEY);
      stop?.();
    },
    seize: () => turn(true),
  };
}
