import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { db } from '@/db/client';
import { engines, portfolios, strategies } from '@/db/schema';
import { secretPlace } from '../engines/endpoint';
import type { CommandMessage } from '../engines/messages';
import { PaperEngine } from '../engines/paper/engine';
import { startPaperServer } from '../engines/paper/server';
import type { EngineRole } from '../engines/roles';
import { seal } from '../identity/secret-box';
import { newId } from '../kernel/ids';

export type Fault = (command: CommandMessage) => 'hang' | 'lost' | number | null;

/** A portfolio of its own, always in session. */
export async function portfolioFixture(): Promise<string> {
  const id = newId();
  const at = new Date();
  const row = { id, name: `Portfolio ${id.slice(-6)}`, baseCurrency: 'USD', timeZone: 'UTC', calendarId: '24x7' };
  await db.insert(portfolios).values({ ...row, createdAt: at, createdBy: 'job:test' });
  return id;
}

export async function strategyFixture(wish: { portfolioId: string; engineId: string; ref: string; ownerId?: string }) {
  const id = newId();
  await db.insert(strategies).values({
    id,
    portfolioId: wish.portfolioId,
    name: `Strategy ${wish.ref} ${id.slice(-4)}`,
    ownerId: wish.ownerId ?? newId(),
    engineId: wish.engineId,
    engineRef: wish.ref,
    createdAt: new Date(),
    createdBy: 'job:test',
  });
  return id;
}

export type EngineFixture = {
  id: string;
  secret: string;
  url: string;
  paper: () => PaperEngine;
  /** Every command that reached it, in order of arrival. */
  seen: CommandMessage[];
  setFault: (fault: Fault | null) => void;
  /** Ends the process as kill -9 would and starts another over the same file. */
  restart: () => Promise<void>;
  stop: () => Promise<void>;
};

/**
 * The real paper engine behind a real loopback socket, registered and approved. Its market stands still; commanded orders
 * fill a slice each time it is asked.
 */
export async function engineFixture(wish: {
  portfolioId: string;
  name?: string;
  roles?: EngineRole[];
  holdShare?: number;
  isDrillTarget?: boolean;
}): Promise<EngineFixture> {
  const id = newId();
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const folder = mkdtempSync(join(tmpdir(), 'going-live-engine-'));
  const seen: CommandMessage[] = [];
  let fault: Fault | null = null;
  const clock = { serverNow: () => new Date(), realNow: () => new Date() };
  const open = () =>
    new PaperEngine(
      {
        stateFile: join(folder, 'state.json'),
        account: 'PAPER-1',
        from: '2013-06-03',
        equity: '1000000',
        holding: { ref: 'index-core', share: wish.holdShare ?? 0 },
        backfillSessions: 0,
        ticksPerSession: 12,
        random: () => 0.5,
      },
      clock,
    );
  let paper = open();
  paper.backfill();
  const start = (port: number) =>
    startPaperServer({
      port,
      secrets: [secret],
      onCommand: (command) => {
        seen.push(command);
        if (command.type === 'query') paper.match();
        return paper.execute(command);
      },
      onReplay: ({ from }) => paper.replayFrom(from),
      fault: (command) => fault?.(command) ?? null,
    });
  let running = await start(0);
  const { port } = running;
  const url = `http://127.0.0.1:${port}`;
  const allowed = process.env.OUTBOUND_ALLOW;
  process.env.OUTBOUND_ALLOW = [allowed, `127.0.0.1/32:${port}`].filter(Boolean).join(',');
  await db.insert(engines).values({
    id,
    portfolioId: wish.portfolioId,
    name: wish.name ?? `Engine ${id.slice(-6)}`,
    adapter: 'standard-webhook',
    url,
    roles: wish.roles ?? ['trading_engine', 'order_management', 'portfolio_manager'],
    secretBox: seal(secret, secretPlace(id)),
    isDrillTarget: wish.isDrillTarget ?? false,
    createdBy: 'job:test',
    createdByName: 'test',
    createdAt: new Date(),
    approvedBy: 'job:test',
    approvedByName: 'test',
    approvedAt: new Date(),
  });
  const close = async () => {
    running.server.closeAllConnections();
    await new Promise((closed) => running.server.close(closed));
  };
  return {
    id,
    secret,
    url,
    paper: () => paper,
    seen,
    setFault: (next) => (fault = next),
    restart: async () => {
      await close();
      paper = open();
      running = await start(port);
    },
    stop: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
