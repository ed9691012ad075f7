import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeDatabase } from '@/db/client';
import { companionPorts } from '@/server/run/companion-ports';
import { PAPER_ENGINES } from '@/server/run/companions';
import { setClock } from './clock';
import { enrolPeople } from './demo-people';
import { demoTotpSecrets } from './demo-secrets';
import { allowIndexHolding, type Desk, openChannels, openDesk } from './desks';
import { approve, completeChecklist, type OpenedLaunch, openStory, pass, recordPhase } from './launch-desk';
import { deploymentMachine } from './machine';

/** The demo up to today: people, desks, channels, and three launches through their first three phases. */
const dataFolder = process.env.GOING_LIVE_DATA!;
const ports = await companionPorts(dataFolder);

await setClock('-6 days');
const cast = await enrolPeople(demoTotpSecrets(dataFolder));
const index = await openDesk(cast, { name: 'Index', account: 'INDEX-1', port: ports.indexEngine });
const trend = await openDesk(cast, { name: 'Trend', account: 'TREND-1', port: ports.trendEngine });
await openChannels(cast);
await allowIndexHolding(cast, index.portfolioId);

const plans = [
  { ...index, name: 'Index trend', ref: 'index-trend', allocation: '0.30' },
  // At 10 % this is 6 % of the portfolio in one instrument: the check lets it have 5 %, and the price carries it over.
  { ...trend, name: 'Wide trend', ref: 'wide-trend', allocation: '0.60' },
  { ...index, name: 'Index dip', ref: 'index-dip', allocation: '0.30' },
];
const launches: OpenedLaunch[] = [];
for (const [at, { portfolioId, engineId, name, ref, allocation }] of plans.entries()) {
  const digest = `sha256:${String(at + 1).repeat(64)}`;
  launches.push(await openStory(cast, { portfolioId, engineId, name, ref, allocation }, digest));
}

await setClock('-5 days');
for (const launch of launches) await completeChecklist(cast, launch);

const machine = await deploymentMachine();
const days = { 1: '-4 days', 2: '-3 days', 3: '-2 days' } as const;
for (const phase of [1, 2, 3] as const) {
  await setClock(days[phase]);
  for (const launch of launches) {
    await recordPhase(machine, launch.launchId, phase);
    await approve(launch.launchId, `phase-${phase}`, cast.engineer);
    await approve(launch.launchId, `phase-${phase}`, phase === 3 ? cast['risk-officer'] : cast.manager);
    await pass(cast, launch, `phase-${phase}`);
  }
}
await setClock('0');

/** How a paper engine signs in; the process reads it from the data folder, and so does `npm run paper-engine`. */
function writeCredentials(file: string, desk: Desk, port: number, more: Record<string, string>): void {
  const credentials = {
    PAPER_ENGINE_PORT: String(port),
    PAPER_ENGINE_ID: desk.engineId,
    PAPER_ENGINE_SECRET: desk.secret,
    PAPER_ENGINE_KEY: desk.key,
    PAPER_ENGINE_PORTFOLIO: desk.portfolioId,
    PAPER_ENGINE_ACCOUNT: desk.account,
    ...more,
  };
  writeFileSync(join(dataFolder, file), `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
}
writeCredentials(PAPER_ENGINES['paper-engine'], index, ports.indexEngine, { PAPER_ENGINE_HOLD: '0.68' });
writeCredentials(PAPER_ENGINES['paper-engine-trend'], trend, ports.trendEngine, { PAPER_ENGINE_HOLD: '0' });
await closeDatabase();
