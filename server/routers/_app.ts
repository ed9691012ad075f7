import 'server-only';
import { router } from '../trpc/init';
import { alertsRouter } from './alerts';
import { apiKeysRouter } from './api-keys';
import { auditRouter } from './audit';
import { cashFlowsRouter } from './cash-flows';
import { channelsRouter } from './channels';
import { checklistRouter } from './checklist';
import { emergencyRouter } from './emergency';
import { enginesRouter } from './engines';
import { evidenceRouter } from './evidence';
import { identityRouter } from './identity';
import { incidentsRouter } from './incidents';
import { instrumentsRouter } from './instruments';
import { launchesRouter } from './launches';
import { leverageRouter } from './leverage';
import { overviewRouter } from './overview';
import { peopleRouter } from './people';
import { policiesRouter } from './policies';
import { portfoliosRouter } from './portfolios';
import { realtimeRouter } from './realtime';
import { reportsRouter } from './reports';
import { riskRouter } from './risk';
import { sizingRouter } from './sizing';
import { strategiesRouter } from './strategies';

/** Every procedure of the product, one router per domain. */
export const appRouter = router({
  alerts: alertsRouter,
  apiKeys: apiKeysRouter,
  audit: auditRouter,
  cashFlows: cashFlowsRouter,
  channels: channelsRouter,
  checklist: checklistRouter,
  emergency: emergencyRouter,
  engines: enginesRouter,
  evidence: evidenceRouter,
  incidents: incidentsRouter,
  instruments: instrumentsRouter,
  identity: identityRouter,
  overview: overviewRouter,
  launches: launchesRouter,
  leverage: leverageRouter,
  people: peopleRouter,
  policies: policiesRouter,
  portfolios: portfoliosRouter,
  realtime: realtimeRouter,
  reports: reportsRouter,
  risk: riskRouter,
  sizing: sizingRouter,
  strategies: strategiesRouter,
});

export type AppRouter = typeof appRouter;
