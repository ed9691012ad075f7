import 'server-only';
import { escalateAlerts } from '../alerts/escalation-actions';
import { closeResumed } from '../emergency/opening-actions';
import { reconcileJournal } from '../emergency/reconcile-actions';
import { takeOverStaleRuns } from '../emergency/runner-actions';
import { writeEngineSnapshot } from '../emergency/snapshot-actions';
import { deliverCommands } from '../engines/command-actions';
import { renewLeases } from '../engines/report-actions';
import { drainDeliveries } from '../notifications/delivery-actions';
import { consumeReactions } from '../reactions/consume';
import { closeHub, hub } from '../realtime/hub';
import { confirmSilence } from '../risk/ingest/check-actions';
import { startLoop } from './loop';
import { forgetSilentProcesses } from './process-store';

type Duty = { name: string; everyMs: number; wokenByEvents: boolean; work: () => Promise<unknown> };

/** What the worker does all the time. Jobs with a time of their own are in `server/jobs`. */
const DUTIES: Duty[] = [
  { name: 'deliveries', everyMs: 1_000, wokenByEvents: true, work: () => drainDeliveries() },
  { name: 'engine commands', everyMs: 1_000, wokenByEvents: true, work: () => deliverCommands() },
  { name: 'engine leases', everyMs: 5_000, wokenByEvents: false, work: () => renewLeases() },
  { name: 'reactions', everyMs: 2_000, wokenByEvents: true, work: () => consumeReactions() },
  { name: 'breaches confirmed by silence', everyMs: 1_000, wokenByEvents: false, work: confirmSilence },
  { name: 'emergencies of the dead', everyMs: 2_000, wokenByEvents: true, work: takeOverStaleRuns },
  { name: 'emergency resumes', everyMs: 2_000, wokenByEvents: true, work: closeResumed },
  { name: 'emergency journal', everyMs: 10_000, wokenByEvents: false, work: () => reconcileJournal() },
  { name: 'emergency snapshot', everyMs: 10_000, wokenByEvents: false, work: writeEngineSnapshot },
  { name: 'alert escalations', everyMs: 10_000, wokenByEvents: false, work: escalateAlerts },
  { name: 'silent processes', everyMs: 3_600_000, wokenByEvents: false, work: forgetSilentProcesses },
];

/** Starts every duty; those that consume events also run when the database says that something changed. */
export function startDuties(): { stop: () => Promise<void> } {
  const loops = DUTIES.map(({ name, everyMs, wokenByEvents, work }) => ({
    wokenByEvents,
    loop: startLoop(name, everyMs, work),
  }));
  const woken = loops.filter(({ wokenByEvents }) => wokenByEvents).map(({ loop }) => loop);
  hub().emitter.on('hint', () => {
    for (const loop of woken) loop.wake();
  });
  return {
    stop: async () => {
      await closeHub();
      await Promise.all(loops.map(({ loop }) => loop.stop()));
    },
  };
}
