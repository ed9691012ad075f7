import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type EmergencyFacts, nameOfScope, Press, standingRisk } from '../emergency/facts';
import { Journal } from '../emergency/journal';
import { commandScopeOf, enginesInScope, planSteps, stepKind } from '../emergency/plan';
import { RUN_LIMITS, runSteps } from '../emergency/run';
import { loadSnapshot } from '../emergency/snapshot';
import { freshStep, RUN_TIMES, type Step } from '../emergency/step';
import { standardWebhook } from '../engines/adapters/standard-webhook';
import { job } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { localSecrets } from './secrets';

const USAGE = `npm run kill -- --reason "why" [options]
  Stops trading from this machine alone: no web server, worker or database is needed.
  --scope firm | portfolio:<id or name> | strategy:<id or name>   (firm)
  --severity high | critical      critical also closes every position (high)
  --keep-stops                    leaves reduce-only protective stops working
  --data <folder>                 data folder with the snapshot (GOING_LIVE_DATA, .data/demo, .data)
  --wait <seconds>                how long to go on asking what does not answer (600)`;

const refuse = (sentence: string): never => {
  console.error(sentence);
  process.exit(1);
};

const { values } = parseArgs({
  options: {
    reason: { type: 'string' },
    scope: { type: 'string', default: 'firm' },
    severity: { type: 'string', default: 'high' },
    'keep-stops': { type: 'boolean', default: false },
    data: { type: 'string' },
    wait: { type: 'string', default: '600' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || !values.reason) refuse(USAGE);

const hasSnapshot = (folder: string) => existsSync(join(folder, 'emergency', 'snapshot.box'));
const folders = [values.data ?? process.env.GOING_LIVE_DATA ?? [], '.data', join('.data', 'demo')].flat();
const folder =
  folders.find(hasSnapshot) ??
  refuse(`There is no snapshot of engines in ${folders.join(', ')}. Stop the engines at their own consoles.`);
process.env.GOING_LIVE_DATA = folder;
process.env.SECRETS_KEYS ??= localSecrets(folder).secretsKeys;

try {
  process.exit(await kill());
} catch (error) {
  refuse((error as Error).message);
}

async function kill(): Promise<number> {
  const pressedAt = new Date();
  const snapshot = loadSnapshot(pressedAt);
  const press = pressOf(snapshot);
  const scope = { kind: press.scope, portfolioId: press.portfolioId, strategyId: press.strategyId };
  const engines = enginesInScope(scope, snapshot.engines, snapshot.strategies, false);
  if (engines.length === 0)
    throw new Error('No engine is registered for this scope in the snapshot. Stop it at its own console.');
  // The processes that had this leave may be gone; what they allowed themselves is in the snapshot with the engines.
  process.env.OUTBOUND_ALLOW ??= snapshot.outboundAllow;
  const known = snapshot.engines.filter(({ id }) => engines.some((engine) => engine.id === id));
  const epoch = Math.max(0, ...known.map((engine) => engine.epoch)) + 1;
  const commandScope = commandScopeOf(scope, snapshot.strategies);
  const steps = planSteps({ severity: press.severity, engines }).map((step) => freshStep(step, epoch));
  const { severity, reason, isDrill, keepReduceOnlyStops } = press;
  const emergency: EmergencyFacts = {
    id: newId(),
    scope,
    scopeName: nameOfScope(press, snapshot),
    severity,
    reason,
    isDrill,
    keepReduceOnlyStops,
    epoch,
    commandScope,
    actor: job('kill-command'),
    ownerId: snapshot.strategies.find(({ id }) => id === press.strategyId)?.ownerId ?? null,
    pressedAt,
    atStart: standingRisk(known, commandScope),
  };
  const journal = new Journal(emergency.id);
  journal.append({ kind: 'start', emergency, steps });
  console.log(
    `Stopping ${emergency.scopeName} (${severity}) at ${engines.map(({ name }) => name).join(', ')}; snapshot of ${snapshot.takenAt}`,
  );
  const verdict = await runSteps(
    { id: emergency.id, pressedAt, commandScope, keepReduceOnlyStops },
    steps,
    {
      send: async (engineId, command, timeoutMs) => {
        const endpoint = snapshot.endpoints.find((held) => held.engineId === engineId);
        return endpoint
          ? standardWebhook.send(endpoint, command, timeoutMs)
          : { kind: 'not-sent', why: 'No endpoint in the snapshot.' };
      },
      onStep: (step) => {
        journal.append({ kind: 'step', step, fence: 1 });
        console.log(line(step));
      },
      onVerdict: (said) => {
        journal.append({ kind: 'finish', verdict: said, fence: 1 });
        console.log(
          said === 'stopped'
            ? 'STOPPED: verified by every system.'
            : 'PARTIAL: not everything is verified; still asking.',
        );
      },
      isMine: () => true,
      now: () => new Date(),
      sleep: (ms) => new Promise((next) => setTimeout(next, ms)),
    },
    { ...RUN_TIMES, ...RUN_LIMITS, giveUpAfterMs: Number(values.wait) * 1000 },
  );
  console.log(
    `Written in ${folder}/emergency/journal/${emergency.id}.jsonl; the database takes it over when it answers.`,
  );
  return verdict === 'stopped' ? 0 : 2;
}

function pressOf(snapshot: ReturnType<typeof loadSnapshot>): Press {
  const [kind, name] = (values.scope ?? 'firm').split(/:(.*)/s);
  const named = (list: { id: string; name: string; portfolioId?: string }[]) =>
    list.find((item) => item.id === name || item.name === name) ??
    refuse(`There is no ${kind} "${name}" in the snapshot: ${list.map((item) => item.name).join(', ')}.`);
  const strategy = kind === 'strategy' ? named(snapshot.strategies) : null;
  const portfolio = kind === 'portfolio' ? named(snapshot.portfolios) : null;
  const parsed = Press.safeParse({
    scope: kind,
    portfolioId: portfolio?.id ?? strategy?.portfolioId ?? null,
    strategyId: strategy?.id ?? null,
    severity: values.severity,
    reason: values.reason,
    isDrill: false,
    keepReduceOnlyStops: values['keep-stops'],
  });
  return parsed.success
    ? parsed.data
    : refuse(`${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}\n\n${USAGE}`);
}

function line(step: Step): string {
  const clock = new Date().toISOString().slice(11, 23);
  return `${clock}  ${stepKind(step.action).title.padEnd(22)} ${step.engineName.padEnd(20)} ${step.state}${step.error ? `: ${step.error}` : ''}${step.remaining ? ` (${step.remaining})` : ''}`;
}
