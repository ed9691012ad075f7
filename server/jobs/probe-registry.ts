import 'server-only';
import type { Probe, ProbeRegistry } from '../checklist/probe';
import { addressesProbe } from '../checklist/probes/addresses.probe';
import { backupHeartbeatProbe } from '../checklist/probes/backup-heartbeat.probe';
import { cdnHeadersProbe } from '../checklist/probes/cdn-headers.probe';
import { databaseConnectionProbe } from '../checklist/probes/database-connection.probe';
import { reachabilityProbe } from '../checklist/probes/reachability.probe';
import { tlsCertificateProbe } from '../checklist/probes/tls-certificate.probe';
import {
  backtestMetricsProbe,
  backtestSpanProbe,
  outOfSampleProbe,
  walkForwardProbe,
} from '../evidence/probes/backtest.probe';
import { apiKeysProbe } from '../identity/probes/api-keys.probe';
import { mfaCoverageProbe } from '../identity/probes/mfa-coverage.probe';
import { alertChannelsProbe } from '../notifications/probes/alert-channels.probe';

const ALL: readonly Probe[] = [
  mfaCoverageProbe,
  apiKeysProbe,
  databaseConnectionProbe,
  backtestSpanProbe,
  backtestMetricsProbe,
  outOfSampleProbe,
  walkForwardProbe,
  reachabilityProbe,
  backupHeartbeatProbe,
  alertChannelsProbe,
  addressesProbe,
  tlsCertificateProbe,
  cdnHeadersProbe,
];

/** Every probe of the product by its kind; each is offered by the domain that knows what it looks at. */
export const PROBES: ProbeRegistry = new Map(ALL.map((probe) => [probe.kind, probe]));
