import { eq } from 'drizzle-orm';
import { db } from '@/db/client';
import {
  accounts,
  alerts,
  backtests,
  baselines,
  breachActions,
  breachEpisodes,
  breakGlassReviews,
  cashFlows,
  channels,
  deviationReports,
  emergencies,
  files,
  grantProposals,
  incidents,
  instrumentCorrections,
  instruments,
  leverageApprovals,
  limitSets,
  roleGrants,
  timelineNotes,
  tradingLatches,
  waivers,
} from '@/db/schema';
import { newId } from '../kernel/ids';
import type { LaunchWorld } from '../launch/testing/launch-world';
import { personFixture } from './people';

const HASH = 'a'.repeat(64);
const WHY = 'looked at it';

/** One row of each kind in the portfolio of the launch, by id. */
export async function rowOfEachKind({
  risk: { portfolioId },
  launchId,
  strategyId,
  releaseId,
  item,
  quant,
}: LaunchWorld) {
  const at = new Date();
  const soon = new Date(at.getTime() + 86_400_000);
  const ids = {
    alert: newId(),
    emergency: newId(),
    note: newId(),
    incident: newId(),
    report: newId(),
    baseline: newId(),
    cashFlow: newId(),
    correction: newId(),
    leverage: newId(),
    limitSet: newId(),
    override: newId(),
    episode: newId(),
    action: newId(),
    latch: newId(),
    file: newId(),
    backtest: newId(),
    channel: newId(),
    waiver: newId(),
    review: newId(),
    grant: newId(),
    proposal: newId(),
  };
  const tag = portfolioId.slice(-6);
  const by = { proposedBy: quant.id, proposedByName: 'quant', proposedAt: at, contentHash: HASH, approvals: [] };
  const told = { title: 'Of this portfolio only', severity: 'high' as const, portfolioId };
  await db.insert(alerts).values({
    ...told,
    id: ids.alert,
    number: `A-${tag}`,
    fingerprint: `test/${tag}`,
    groupKey: tag,
    state: 'firing',
    body: '',
    subjectKind: 'portfolio',
    subjectId: portfolioId,
    link: '/',
    facts: [],
    firedAt: at,
    lastSeenAt: at,
  });
  await db.insert(emergencies).values({
    id: ids.emergency,
    number: `E-${tag}`,
    scope: 'portfolio',
    scopeKey: portfolioId,
    portfolioId,
    severity: 'high',
    reason: WHY,
    state: 'stopped',
    epoch: 1,
    startedBy: 'job:test',
    startedByName: 'test',
    startedAt: at,
    recordedAt: at,
    atStart: { commandScope: { kind: 'portfolio', strategies: null } },
  });
  await db.insert(timelineNotes).values({
    id: ids.note,
    subjectKind: 'emergency',
    subjectId: ids.emergency,
    text: 'noted',
    occurredAt: at,
    recordedAt: at,
    authorId: quant.id,
    authorName: 'quant',
  });
  const followUps = [{ id: ids.note, text: WHY, gates: false, doneAt: null, doneBy: null }];
  await db.insert(incidents).values({
    ...told,
    id: ids.incident,
    number: `I-${tag}`,
    state: 'open',
    openedAt: at,
    openedBy: 'job:test',
    followUps,
  });
  await db.insert(deviationReports).values({
    id: ids.report,
    number: `R-${tag}`,
    launchId,
    portfolioId,
    tranche: 10,
    windowHours: 1,
    windowStart: at,
    windowEnd: soon,
    status: 'unknown',
    comparisons: [],
    findings: [],
    recommendations: [],
    contentHash: HASH,
    auditHead: '1:a',
    isComplete: false,
    issuedAt: at,
  });
  await db.insert(baselines).values({
    ...by,
    id: ids.baseline,
    launchId,
    version: 7,
    takenIn: 'staging',
    spans: { metrics: [] },
    series: {},
    expectation: {},
  });
  const [account] = await db.select().from(accounts).where(eq(accounts.portfolioId, portfolioId));
  await db.insert(cashFlows).values({
    ...by,
    id: ids.cashFlow,
    portfolioId,
    accountId: account!.id,
    amount: '1000',
    effectiveAt: at,
    reason: WHY,
    isAnother: false,
  });
  const register = { portfolioId, instrument: 'SPY', multiplier: '1', fx: '1', lot: '1' };
  await db.insert(instruments).values({ ...register, updatedAt: at, updatedBy: 'job:test' });
  await db.insert(instrumentCorrections).values({
    ...by,
    id: ids.correction,
    portfolioId,
    instrument: 'SPY',
    kind: 'looser',
    change: { multiplier: { from: '1', to: '0.5' } },
    reason: WHY,
  });
  await db.insert(leverageApprovals).values({
    id: ids.leverage,
    portfolioId,
    maximumAllocation: '1.5',
    reason: WHY,
    approvals: [],
    proposedBy: `person:${quant.id}`,
    proposedByName: 'quant',
    proposedAt: at,
    expiresAt: soon,
  });
  await db.insert(limitSets).values({
    ...by,
    id: ids.limitSet,
    scope: 'portfolio',
    scopeId: portfolioId,
    portfolioId,
    version: 7,
    limits: { limits: [] },
    change: 'loosen',
    reason: WHY,
  });
  await db.insert(limitSets).values({
    ...by,
    id: ids.override,
    scope: 'instrument',
    scopeId: `${portfolioId}/SPY`,
    portfolioId,
    version: 7,
    limits: { limits: [{ measure: 'position', appliesTo: 'portfolio', hard: '0.5', subject: 'SPY' }] },
    change: 'override',
    reason: WHY,
    effectiveAt: at,
  });
  await db.insert(breachEpisodes).values({
    id: ids.episode,
    number: `BR-${tag}`,
    portfolioId,
    key: 'x',
    measure: 'drawdown',
    scope: 'portfolio',
    subject: portfolioId,
    tier: 'hard',
    state: 'open',
    openedAt: at,
    recordedAt: at,
    limitValue: '0.1',
    severity: 'high',
    priority: 'high',
    sentence: 'A breach.',
    decidingSamples: [],
  });
  await db.insert(breachActions).values({
    id: ids.action,
    episodeId: ids.episode,
    rung: 'hard',
    type: 'halt',
    priority: 'high',
    reason: WHY,
    params: {},
    state: 'proposed',
    automatic: false,
    proposedAt: at,
  });
  await db.insert(tradingLatches).values({
    id: ids.latch,
    scope: 'portfolio',
    portfolioId,
    state: 'HALTED',
    cause: { kind: 'person', id: quant.id, label: 'quant' },
    reason: WHY,
    exitRule: 'two-people',
    openedBy: 'job:test',
    openedByName: 'test',
    openedAt: at,
    exitApprovals: [],
  });
  await db.insert(files).values({
    id: ids.file,
    portfolioId,
    name: 'f',
    contentType: 'application/octet-stream',
    size: 1,
    sha256: HASH,
    uploadedBy: 'job:test',
    uploadedAt: at,
  });
  await db.insert(backtests).values({
    id: ids.backtest,
    fileId: ids.file,
    releaseId,
    strategyId,
    portfolioId,
    purpose: 'in-sample',
    format: 'series',
    nameInFile: 'curve',
    choice: {},
    statistics: {},
    series: {},
    warnings: [],
    digest: HASH,
    importedBy: 'job:test',
    importedByName: 'test',
    importedAt: at,
  });
  await db.insert(channels).values({
    id: ids.channel,
    kind: 'webhook',
    name: 'desk',
    config: { url: 'https://hooks.example.com/a' },
    portfolioId,
    enabled: true,
    createdBy: 'job:test',
    createdAt: at,
  });
  await db.insert(waivers).values({
    ...by,
    id: ids.waiver,
    itemId: (await item()).row.id,
    launchId,
    reason: WHY,
    exemptProbes: [],
    expiresAt: soon,
  });
  await db.insert(breakGlassReviews).values({
    id: ids.review,
    launchId,
    gate: 'phase-1',
    reason: WHY,
    blockers: [],
    personId: quant.id,
    at,
    dueAt: soon,
  });
  const viewer = await personFixture({ grants: [] });
  const grant = { personId: viewer.id, role: 'viewer' as const, portfolioId };
  await db.insert(roleGrants).values({ ...grant, id: ids.grant, grantedBy: 'job:test', grantedAt: at });
  await db.insert(grantProposals).values({
    ...grant,
    id: ids.proposal,
    change: 'grant',
    proposedBy: quant.id,
    proposedAt: at,
    approvals: [],
  });
  return { ...ids, person: viewer.id, account: account!.id };
}
