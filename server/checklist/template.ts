import type { Role } from '../kernel/actor';
import type { ProbeDefinition } from './probe';

export const SECTIONS = ['Security', 'Strategy validation', 'Infrastructure', 'Operational'] as const;
export type Section = (typeof SECTIONS)[number];

/** What may stand as evidence. `probe` means: the item's probe is part of its evidence. */
export const EVIDENCE_KINDS = ['text', 'link', 'file', 'import', 'probe'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

export type TemplateRow = {
  number: number;
  section: Section;
  text: string;
  owner: Role;
  /** Two people sign, one of them a risk officer or manager. */
  critical: boolean;
  /** One attachment of any of these kinds is needed; only `probe` means that no attachment is. */
  evidence: readonly EvidenceKind[];
  probes: readonly ProbeDefinition[];
  dueDays: number;
};

export const TEMPLATE_VERSION = 1;

const [SECURITY, STRATEGY, INFRASTRUCTURE, OPERATIONAL] = SECTIONS;
const PAPERS = ['text', 'link', 'file'] as const;
const RESULTS = ['import', 'file', 'link', 'text'] as const;

const always = (kind: string, params: Record<string, unknown> = {}): ProbeDefinition => ({
  kind,
  params,
  required: 'always',
});
/** Counts once it has been told what to look at; until then it is off and says so. */
const whenConfigured = (kind: string, params: Record<string, unknown> = {}): ProbeDefinition => ({
  kind,
  params,
  required: 'when-configured',
});

/** Shown to those who sign; people judge. */
const advisory = (kind: string, params: Record<string, unknown> = {}): ProbeDefinition => ({
  kind,
  params,
  required: 'advisory',
});

type Row = [Section, string, Role, 'critical' | 'plain', readonly EvidenceKind[], readonly ProbeDefinition[], number];

// biome-ignore format: a table is read in rows
const ROWS: readonly Row[] = [
  [SECURITY, 'Multi-factor authentication enabled for all accounts', 'admin', 'critical', ['probe'], [always('mfa-coverage')], 7],
  [SECURITY, 'API keys with minimal required permissions', 'engineer', 'critical', ['probe'], [always('api-keys', { maximumDaysValid: 366, unusedDays: 90 })], 7],
  [SECURITY, 'Private keys in hardware wallets or secure enclaves', 'engineer', 'critical', PAPERS, [], 7],
  [SECURITY, 'Database encryption enabled', 'engineer', 'plain', ['probe', ...PAPERS], [always('database-connection')], 7],
  [SECURITY, 'Network security policies configured', 'engineer', 'plain', PAPERS, [], 7],
  [SECURITY, 'Regular security audits scheduled', 'risk-officer', 'plain', PAPERS, [], 14],
  [STRATEGY, 'Backtest over at least 2 years of data', 'quant', 'critical', ['probe', 'import'], [always('backtest-span', { minimumYears: 2 })], 7],
  [STRATEGY, 'Out-of-sample testing performed', 'quant', 'plain', RESULTS, [advisory('backtest-out-of-sample')], 7],
  [STRATEGY, 'Walk-forward analysis conducted', 'quant', 'plain', RESULTS, [advisory('backtest-walk-forward', { minimumFolds: 3 })], 7],
  [STRATEGY, 'Risk metrics within acceptable limits', 'quant', 'critical', ['probe', 'import'], [always('backtest-metrics')], 7],
  [STRATEGY, 'Performance expectations documented', 'quant', 'plain', RESULTS, [], 7],
  [STRATEGY, 'Stop-loss and risk-management rules implemented', 'quant', 'critical', PAPERS, [], 7],
  [INFRASTRUCTURE, 'Production servers provisioned and configured', 'engineer', 'plain', PAPERS, [whenConfigured('reachability', { targets: [] })], 7],
  [INFRASTRUCTURE, 'Database backups tested and automated', 'engineer', 'critical', ['probe', ...PAPERS], [whenConfigured('backup-heartbeat', { sources: [], maximumBackupAgeHours: 24, maximumRestoreTestAgeDays: 35 })], 7],
  [INFRASTRUCTURE, 'Monitoring and alerting operational', 'engineer', 'plain', ['probe', ...PAPERS], [always('alert-channels', { provenWithinDays: 30 })], 7],
  [INFRASTRUCTURE, 'Load balancing configured', 'engineer', 'plain', PAPERS, [whenConfigured('addresses-behind-host', { hosts: [], minimumAddresses: 2 })], 7],
  [INFRASTRUCTURE, 'SSL certificates installed and valid', 'engineer', 'plain', ['probe'], [always('tls-certificate', { hosts: [], minimumDaysLeft: 21 })], 7],
  [INFRASTRUCTURE, 'CDN configured for global performance', 'engineer', 'plain', PAPERS, [whenConfigured('cdn-headers', { urls: [] })], 14],
  [OPERATIONAL, 'Support team trained and available', 'manager', 'plain', PAPERS, [], 14],
  [OPERATIONAL, 'Incident response plan documented', 'manager', 'plain', PAPERS, [], 14],
  [OPERATIONAL, 'Communication channels established', 'engineer', 'plain', PAPERS, [], 7],
  [OPERATIONAL, 'User documentation complete', 'quant', 'plain', PAPERS, [], 14],
  [OPERATIONAL, 'Rollback procedures tested', 'engineer', 'critical', PAPERS, [], 14],
];

/** The pre-launch checklist: 23 items in four sections. A launch gets its own copy, which may then be edited and added to. */
export const TEMPLATE: readonly TemplateRow[] = ROWS.map(
  ([section, text, owner, weight, evidence, probes, dueDays], index) => ({
    number: index + 1,
    section,
    text,
    owner,
    critical: weight === 'critical',
    evidence,
    probes,
    dueDays,
  }),
);
