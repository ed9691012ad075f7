import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { POST as postFile } from '@/app/api/v1/checklist-items/[itemId]/files/route';
import { GET as getFile } from '@/app/api/v1/evidence/files/[fileId]/route';
import { POST as postEvidence } from '@/app/api/v1/evidence/route';
import { POST as postInstruments } from '@/app/api/v1/instruments/route';
import { POST as postMetrics } from '@/app/api/v1/metrics/route';
import { POST as postOrder } from '@/app/api/v1/orders/check/route';
import { POST as postOrderUpdates } from '@/app/api/v1/orders/updates/route';
import { POST as postRun } from '@/app/api/v1/runbook-steps/[stepId]/runs/route';
import { GET as getSteps } from '@/app/api/v1/runbook-steps/route';
import { POST as postSizing } from '@/app/api/v1/sizing/route';
import { POST as postSnapshots } from '@/app/api/v1/snapshots/route';
import { closeDatabase } from '@/db/client';
import { attachEvidence } from '../checklist/actions';
import { ROLES } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { stepsOf } from '../launch/runbook-store';
import { namedLaunch } from '../launch/store';
import { type LaunchWorld, launchWorld } from '../launch/testing/launch-world';
import { riskWorld } from '../risk/testing/risk-world';
import { keyFixture, type PersonFixture, personFixture } from '../testing/people';
import { rowOfEachKind } from '../testing/portfolio-rows';
import { appRouter } from './_app';

const STEP_UP = 'x'.repeat(43);
const HASH = 'a'.repeat(64);
const WHY = 'looked at it';

let world: LaunchWorld;
let stranger: PersonFixture;
let insider: PersonFixture;
let calls: [path: string, input: unknown][];
let file: string;

/** Everybody of every role, but in one portfolio. */
const everyRoleIn = (portfolioId: string) =>
  personFixture({ grants: ROLES.map((role) => ({ role, portfolioId })), name: `all of ${portfolioId.slice(-4)}` });

beforeAll(async () => {
  vi.stubEnv('GOING_LIVE_DEMO', '1');
  world = await launchWorld();
  const elsewhere = await riskWorld();
  stranger = await everyRoleIn(elsewhere.portfolioId);
  insider = await everyRoleIn(world.risk.portfolioId);
  calls = await callsOf(world);
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await closeDatabase();
});

const ofInstrument = (instrument: string) => ({
  measure: 'position' as const,
  appliesTo: 'portfolio' as const,
  instrument,
  startsAt: null,
});

/** Every procedure that takes the id of something in a portfolio, with an id of that launch's portfolio. */
async function callsOf(world: LaunchWorld): Promise<[string, unknown][]> {
  const { launchId, strategyId, releaseId, quant } = world;
  const { portfolioId, engineId } = world.risk;
  const ids = await rowOfEachKind(world);
  file = ids.file;
  const { id: itemId } = (await world.item()).row;
  const attachmentId = await attachEvidence(quant.actor, { itemId, kind: 'text', body: 'shown' });
  const [step] = await stepsOf(launchId);
  const stepId = step!.id;
  const { actor: key } = await keyFixture(['read'], portfolioId);
  const expiresAt = new Date(Date.now() + 20 * 86_400_000);
  const channel = {
    name: 'mail',
    target: { kind: 'webhook', config: { url: 'https://hooks.example.com/b' } },
    level: 0,
    minimumSeverity: 'low',
    portfolioId,
  };
  const inPortfolio = { portfolioId };
  const flow = {
    accountId: ids.account,
    amount: '5',
    currency: 'USD',
    effectiveAt: new Date(),
    isAnother: false,
    reason: WHY,
  };
  const correction = { portfolioId, instrument: 'SPY', wish: { multiplier: '2' } };
  const itemText = { section: 'Security', text: 'One more', ownerRole: 'engineer', isCritical: false, dueAt: null };
  return [
    ['alerts.byId', { id: ids.alert }],
    ['alerts.unacknowledge', { id: ids.alert }],
    ['alerts.acknowledge', { id: ids.alert }],
    ['alerts.silence', { id: ids.alert, hours: 1, reason: WHY }],
    ['alerts.unsilence', { id: ids.alert }],
    ['alerts.testChannel', { channelId: ids.channel }],
    ['apiKeys.approve', { id: key.keyId, stepUp: STEP_UP }],
    ['apiKeys.create', { name: 'k', scopes: ['read'], portfolioId, expiresAt, stepUp: STEP_UP }],
    ['apiKeys.rotate', { id: key.keyId, expiresAt, stepUp: STEP_UP }],
    ['apiKeys.revoke', { id: key.keyId }],
    ['channels.deliveries', { id: ids.channel }],
    ['channels.create', channel],
    ['channels.edit', { ...channel, id: ids.channel }],
    ['channels.setEnabled', { id: ids.channel, enabled: false }],
    ['channels.rotateSecret', { id: ids.channel }],
    ['checklist.page', { launchId }],
    ['checklist.history', { itemId }],
    ['checklist.attach', { itemId, kind: 'text', body: 'shown again' }],
    ['checklist.removeEvidence', { attachmentId }],
    ['checklist.signOff', { itemId, contentHash: HASH, stepUp: STEP_UP }],
    ['checklist.fail', { itemId, why: WHY }],
    ['checklist.clearFailure', { itemId, why: WHY }],
    ['checklist.editItem', { itemId, version: 99 }],
    ['checklist.addItem', { launchId, ...itemText, evidenceKinds: ['text'] }],
    ['checklist.configureProbe', { itemId, version: 99, kind: 'mfa-coverage', params: {} }],
    ['checklist.checkNow', { itemId }],
    ['checklist.proposeWaiver', { itemId, reason: WHY, expiresAt }],
    ['checklist.approveWaiver', { waiverId: ids.waiver, contentHash: HASH, stepUp: STEP_UP }],
    ['checklist.revokeWaiver', { waiverId: ids.waiver, why: WHY }],
    ['checklist.rejectWaiver', { waiverId: ids.waiver, why: WHY }],
    ['emergency.form', inPortfolio],
    ['emergency.byId', { emergencyId: ids.emergency }],
    ['emergency.timeline', { emergencyId: ids.emergency }],
    ['emergency.note', { emergencyId: ids.emergency, text: 'seen' }],
    ['emergency.pin', { noteId: ids.note, pinned: true }],
    ['emergency.sendOpeningAgain', { emergencyId: ids.emergency, engineId: ids.emergency }],
    ['emergency.closeUnopened', { emergencyId: ids.emergency, reason: 'seen' }],
    ['emergency.resume', { emergencyId: ids.emergency, checked: [], stepUp: STEP_UP }],
    ['engines.approve', { engineId }],
    ['engines.rotateSecret', { engineId }],
    ['engines.test', { engineId }],
    ['engines.forgetReports', { engineId }],
    ['engines.replayCrash', { engineId, from: '2008-09-26' }],
    [
      'engines.register',
      { portfolioId, name: 'second', url: 'http://127.0.0.1:1', roles: ['trading_engine'], isDrillTarget: false },
    ],
    ['evidence.ofRelease', { releaseId }],
    ['evidence.backtest', { backtestId: ids.backtest }],
    ['evidence.histories', inPortfolio],
    ['evidence.history', { portfolioId, id: `backtest:${ids.backtest}` }],
    ['evidence.readAgain', { backtestId: ids.backtest, choice: {}, purpose: 'in-sample' }],
    ['evidence.propose', { backtestId: ids.backtest }],
    ['evidence.approve', { backtestId: ids.backtest, stepUp: STEP_UP }],
    ['evidence.reject', { backtestId: ids.backtest, reason: WHY }],
    ['incidents.byId', { incidentId: ids.incident }],
    ['incidents.saveReview', { incidentId: ids.incident, text: WHY }],
    ['incidents.settleFollowUp', { incidentId: ids.incident, followUpId: ids.note }],
    ['incidents.addFollowUp', { incidentId: ids.incident, text: WHY, gates: true }],
    ['incidents.close', { incidentId: ids.incident }],
    ['launches.page', { launchId }],
    ['launches.timeline', { launchId }],
    ['launches.open', { releaseId, allocation: '0.1' }],
    ['launches.note', { launchId, text: WHY }],
    ['launches.startPhase', { launchId, phase: 1 }],
    ['launches.recordStep', { stepId, exitCode: 0, durationMs: 1 }],
    ['launches.editStep', { stepId, title: 'Again', command: 'true' }],
    ['launches.addStep', { launchId, phase: 1, tranche: null, title: 'More', command: 'true' }],
    ['launches.removeStep', { stepId }],
    [
      'launches.decide',
      { launchId, gate: 'phase-1', decision: 'approved', reason: '', contentHash: HASH, stepUp: STEP_UP },
    ],
    ['launches.useGate', { launchId, gate: 'phase-1' }],
    ['launches.override', { launchId, gate: 'phase-1', reason: WHY, contentHash: HASH, stepUp: STEP_UP }],
    ['launches.closeReview', { reviewId: ids.review, finding: WHY }],
    ['launches.demote', { launchId, reason: WHY }],
    ['launches.finish', { launchId, note: '' }],
    ['launches.hold', { launchId, reason: WHY }],
    ['launches.release', { launchId, reason: WHY }],
    ['launches.abort', { launchId, reason: WHY }],
    ['cashFlows.view', inPortfolio],
    ['cashFlows.propose', { ...inPortfolio, ...flow }],
    ['cashFlows.approve', { cashFlowId: ids.cashFlow, stepUp: STEP_UP }],
    ['cashFlows.reject', { cashFlowId: ids.cashFlow, reason: WHY }],
    ['instruments.page', inPortfolio],
    ['instruments.waiting', inPortfolio],
    ['instruments.history', { portfolioId, instrument: 'SPY' }],
    ['instruments.preview', { ...correction, reason: WHY }],
    ['instruments.correct', { ...correction, reason: WHY, stepUp: STEP_UP }],
    ['instruments.approve', { correctionId: ids.correction, stepUp: STEP_UP }],
    ['instruments.reject', { correctionId: ids.correction, reason: WHY }],
    ['leverage.view', inPortfolio],
    ['leverage.propose', { portfolioId, maximum: '1.5', expiresAt, reason: WHY }],
    ['leverage.approve', { leverageId: ids.leverage, stepUp: STEP_UP }],
    ['leverage.withdraw', { leverageId: ids.leverage, reason: WHY }],
    ['overview.strip', inPortfolio],
    ['overview.summary', inPortfolio],
    ['overview.dayPnl', inPortfolio],
    ['overview.freshness', inPortfolio],
    ['overview.myRiskActions', inPortfolio],
    ['overview.myLaunchActions', inPortfolio],
    ['people.askForRole', { personId: ids.person, role: 'engineer', portfolioId }],
    ['people.approveRole', { proposalId: ids.proposal, stepUp: STEP_UP }],
    ['people.rejectRole', { proposalId: ids.proposal, reason: WHY }],
    ['people.revokeRole', { grantId: ids.grant }],
    [
      'people.invite',
      { name: 'Ann', email: 'ann@desk.example', phone: null, grants: [{ role: 'viewer', portfolioId }] },
    ],
    ['reports.byId', { id: ids.report }],
    ['reports.baselines', { launchId }],
    ['reports.previewBaseline', { launchId, hours: 1, headroom: [] }],
    ['reports.proposeBaseline', { launchId, hours: 1, headroom: [], takenIn: 'staging' }],
    ['reports.approveBaseline', { id: ids.baseline, stepUp: STEP_UP }],
    ['reports.rejectBaseline', { id: ids.baseline, reason: WHY }],
    ['risk.limits', inPortfolio],
    ['risk.series', { portfolioId, range: '1d' }],
    ['risk.episodes', inPortfolio],
    ['risk.latches', inPortfolio],
    ['risk.versions', inPortfolio],
    ['risk.replaySets', inPortfolio],
    ['risk.correlation', inPortfolio],
    ['risk.reconciliation', inPortfolio],
    ['risk.acceptUnknownPair', { portfolioId, subject: 'a+b', days: 30, reason: WHY, stepUp: STEP_UP }],
    ['risk.acceptDifference', { portfolioId, upTo: '-500', reason: WHY, stepUp: STEP_UP }],
    ['risk.acknowledge', { episodeId: ids.episode }],
    ['risk.decide', { actionId: ids.action, decision: 'reject', reason: WHY }],
    ['risk.endEpisode', { episodeId: ids.episode, kind: 'rebase', days: null, reason: WHY, stepUp: STEP_UP }],
    ['risk.restrict', { portfolioId, strategyId, state: 'HALTED', reason: WHY }],
    ['risk.attachCorrection', { latchId: ids.latch, correctedData: 'The feed was wrong.' }],
    ['risk.reviewFalseAlarm', { latchId: ids.latch, note: WHY }],
    ['risk.lift', { latchId: ids.latch, reason: WHY, falseAlarm: false, stepUp: STEP_UP }],
    [
      'risk.changeLimits',
      { portfolioId, edits: [{ measure: 'drawdown', appliesTo: 'portfolio', hard: '0.05' }], reason: WHY },
    ],
    [
      'risk.changeLevelLimits',
      {
        portfolioId,
        level: { kind: 'strategy', strategyId },
        edits: [{ measure: 'drawdown', appliesTo: 'strategy', hard: '0.05' }],
        reason: WHY,
      },
    ],
    ['risk.overrideLimit', { portfolioId, ...ofInstrument('SPY'), hard: '0.2', days: null, reason: WHY }],
    ['risk.withdrawOverride', { limitSetId: ids.override, reason: WHY }],
    ['risk.approveLimits', { limitSetId: ids.limitSet, stepUp: STEP_UP }],
    ['risk.rejectLimits', { limitSetId: ids.limitSet, reason: WHY }],
    ['sizing.choices', inPortfolio],
    ['sizing.denials', { portfolioId, code: null }],
    ['sizing.history', inPortfolio],
    ['sizing.reservations', inPortfolio],
    ['sizing.run', { strategyId, instrument: 'SPY' }],
    ['sizing.permitExit', { strategyId, instrument: 'SPY', reason: WHY }],
    ['strategies.byId', { strategyId }],
    ['strategies.releases', { strategyId }],
    ['strategies.release', { releaseId }],
    ['strategies.register', { portfolioId, name: 'New one', engineRef: 'new-one' }],
    ['strategies.change', { strategyId, name: 'Renamed', description: '', engineId: null }],
    [
      'strategies.createRelease',
      { strategyId, version: '9.9', artefactDigest: `sha256:${HASH}`, configDigest: `sha256:${HASH}` },
    ],
    ['engines.disable', { engineId }],
  ];
}

/** Procedures that take no id of a portfolio's things: lists, one's own account, accounts of the firm, the chain. */
const OF_NO_PORTFOLIO =
  /^(identity\.|realtime\.|policies\.|checklist\.(template|extendTemplate)$|portfolios\.|\w+\.list$|audit\.|apiKeys\.contentHash|channels\.demoInbox|engines\.commands|launches\.choices|strategies\.engines|alerts\.behindLink|people\.(disable|enable|endSessions|renewInvitation|unlockFactors))/;

async function outcome(person: PersonFixture, path: string, input: unknown): Promise<string> {
  let target: unknown = appRouter.createCaller(person.ctx);
  for (const name of path.split('.')) target = (target as Record<string, unknown>)[name];
  try {
    await (target as (given: unknown) => Promise<unknown>)(input);
    return 'done';
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    return cause instanceof DomainError ? cause.code : ((error as { code?: string }).code ?? String(error));
  }
}

test('every procedure is walked here or is of no portfolio', () => {
  const walked = new Set(calls.map(([path]) => path));
  const left = Object.keys(appRouter._def.procedures).filter(
    (path) => !walked.has(path) && !OF_NO_PORTFOLIO.test(path),
  );
  expect(left).toEqual([]);
});

test('who has every role in one portfolio gets nothing of another, by whatever id, and changes nothing there', async () => {
  const outcomes: Record<string, string> = {};
  for (const [path, input] of calls) outcomes[path] = await outcome(stranger, path, input);
  const open = Object.entries(outcomes).filter(([, code]) => code !== 'NOT_FOUND' && code !== 'FORBIDDEN');
  expect(open).toEqual([]);
});

test('who has every role in one portfolio decides nothing for the firm, and sees no key or channel address of another', async () => {
  const as = appRouter.createCaller(stranger.ctx);
  const { id: personId } = await personFixture('viewer');
  const key = { name: 'k', scopes: ['read' as const], expiresAt: new Date(Date.now() + 86_400_000), stepUp: STEP_UP };
  const firm: Record<string, () => Promise<unknown>> = {
    'a key for every portfolio': () => as.apiKeys.create({ ...key, portfolioId: null }),
    'a role everywhere': () => as.people.askForRole({ personId, role: 'quant', portfolioId: null }),
    'an invitation with a role everywhere': () =>
      as.people.invite({
        name: 'Eve',
        email: 'eve@desk.example',
        phone: null,
        grants: [
          { role: 'viewer', portfolioId: stranger.actor.grants[0]!.portfolioId },
          { role: 'quant', portfolioId: null },
        ],
      }),
    'shutting someone out': () => as.people.disable({ personId }),
    'ending sessions': () => as.people.endSessions({ personId }),
    'unlocking factors': () => as.people.unlockFactors({ personId }),
    'an invitation of another': () => as.people.renewInvitation({ personId }),
    'a portfolio': () =>
      as.portfolios.create({
        name: 'Mine',
        baseCurrency: 'USD',
        timeZone: 'UTC',
        calendarId: '24x7',
        sessionStart: '00:00',
        snapshotIntervalSeconds: 5,
        accountCode: 'main',
      }),
    'a channel of the firm': () =>
      as.channels.create({
        name: 'all',
        target: { kind: 'webhook', config: { url: 'https://hooks.example.com/c' } },
        level: 0,
        minimumSeverity: 'low',
        portfolioId: null,
      }),
  };
  for (const [what, ask] of Object.entries(firm)) {
    const code = await ask().then(
      () => 'done',
      (error) => (error as { code: string }).code,
    );
    expect({ what, code }).toEqual({ what, code: 'FORBIDDEN' });
  }
  expect((await as.apiKeys.list()).map((one) => one.portfolioId)).toEqual([]);
  const lists = [
    await as.alerts.list({ portfolioId: world.risk.portfolioId }),
    await as.launches.list(),
    await as.emergency.list(),
    await as.incidents.list(),
    await as.reports.list({ portfolioId: world.risk.portfolioId }),
    await as.engines.list(),
    await as.channels.list(),
    await as.strategies.list(),
    await as.portfolios.list(),
    (await as.audit.page({})).entries.filter((entry) => entry.portfolioId !== null),
  ];
  expect(JSON.stringify(lists)).not.toContain(world.risk.portfolioId);
  expect(JSON.stringify(lists)).not.toContain(world.launchId);
});

test("a key of one portfolio records nothing in another's", async () => {
  const { actor, key } = await keyFixture(
    ['snapshots:write', 'metrics:write', 'runbook:write', 'evidence:write', 'orders:check', 'sizing:run', 'read'],
    stranger.actor.grants[0]!.portfolioId,
  );
  const { portfolioId } = world.risk;
  const [step] = await stepsOf(world.launchId);
  const { id: itemId } = (await world.item()).row;
  const { launch } = (await namedLaunch(world.launchId))!;
  const of = (path: string, body?: unknown) =>
    new Request(`http://localhost:3000/api/v1/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  const order = { strategy: 'trend', clientOrderId: 'x', instrument: 'SPY', side: 'buy', quantity: 1, type: 'market' };
  const update = { strategy: 'trend', clientOrderId: 'x', status: 'cancelled', at: new Date().toISOString() };
  const params = <T>(given: T) => ({ params: Promise.resolve(given) });
  const answers = {
    snapshots: await postSnapshots(of('snapshots', { portfolioId, rows: [{}] })),
    orders: await postOrder(of('orders/check', { portfolioId, ...order })),
    updates: await postOrderUpdates(of('orders/updates', { portfolioId, updates: [update] })),
    sizing: await postSizing(of('sizing', { portfolioId, strategy: 'trend', instrument: 'SPY' })),
    instruments: await postInstruments(of('instruments', { portfolioId, instruments: [{ instrument: 'SPY' }] })),
    metrics: await postMetrics(of('metrics', { portfolioId, samples: [{}] })),
    steps: await getSteps(of(`runbook-steps?launch=${launch.number}`)),
    run: await postRun(of('runs', { exitCode: 0, durationMs: 1 }), params({ stepId: step!.id })),
    item: await postFile(of('files?name=a.txt', { a: 1 }), params({ itemId })),
    evidence: await postEvidence(of(`evidence?release=${world.releaseId}`, { a: 1 })),
    file: await getFile(of('file'), params({ fileId: file })),
  };
  const codes = Object.fromEntries(Object.entries(answers).map(([name, { status }]) => [name, status]));
  expect(codes).toEqual({
    snapshots: 403,
    orders: 403,
    updates: 403,
    sizing: 404,
    instruments: 403,
    metrics: 403,
    steps: 404,
    run: 403,
    item: 403,
    evidence: 403,
    file: 404,
  });
  expect(actor.portfolioId).not.toBe(portfolioId);
});

test('the same ids are found by who has every role there: the refusals above are for the portfolio', async () => {
  const outcomes: Record<string, string> = {};
  for (const [path, input] of calls) outcomes[path] = await outcome(insider, path, input);
  // Who may register an engine as Admin does not approve one, whatever else they are.
  expect(outcomes['engines.approve']).toBe('FORBIDDEN');
  delete outcomes['engines.approve'];
  const missed = Object.entries(outcomes).filter(([, code]) =>
    ['NOT_FOUND', 'FORBIDDEN', 'BAD_REQUEST'].includes(code),
  );
  expect(missed).toEqual([]);
});
