import 'server-only';
import { type Actor, ROLE_LABEL, type Role, rolesIn } from '../kernel/actor';
import type { Tx } from '../kernel/transaction';
import { type Notice, queueNotice } from '../notifications/notice-actions';
import type { EmergencyFacts } from './facts';
import { type Opening, troubleKey } from './opening';
import { STEP_KINDS } from './plan';
import type { EmergencyRow, listSteps } from './store';

type StepRow = Awaited<ReturnType<typeof listSteps>>[number];

/** What everybody is told first, and what they should do. Source: DECISIONS, emergency notice. */
const NEXT_STEP = 'Check system status and await further instructions.';

const roleOf = (actor: Actor): string => {
  if (actor.kind !== 'person') return 'the product itself';
  return rolesIn(actor.grants, undefined)
    .map((role) => ROLE_LABEL[role])
    .join(', ');
};

type About = {
  id: string;
  number: string;
  severity: string;
  isDrill: boolean;
  portfolioId: string | null;
  scopeName: string;
};

const notice = (about: About, more: Pick<Notice, 'title' | 'body' | 'dedupePrefix'> & Partial<Notice>): Notice => ({
  subject: { kind: 'emergency', id: about.id },
  severity: 'emergency',
  link: `/emergency/${about.id}`,
  portfolioId: about.portfolioId,
  level: 2,
  isTest: about.isDrill,
  ...more,
  title: about.isDrill ? `DRILL: ${more.title}` : more.title,
});

export const scopeNameOf = (row: Pick<EmergencyRow, 'atStart' | 'scope'>): string =>
  (row.atStart as { scopeName?: string }).scopeName ?? row.scope;
const aboutRow = (row: EmergencyRow): About => ({ ...row, scopeName: scopeNameOf(row) });

export async function tellStart(
  tx: Tx,
  emergency: EmergencyFacts & { number: string; startedAt: Date },
): Promise<void> {
  const about = { ...emergency, portfolioId: emergency.scope.portfolioId };
  await queueNotice(
    tx,
    notice(about, {
      title: `Emergency ${emergency.number}: ${emergency.scopeName} is being stopped`,
      body: emergency.reason,
      facts: {
        Emergency: `${emergency.number} (${emergency.id})`,
        Reason: emergency.reason,
        Severity: emergency.severity,
        Scope: emergency.scopeName,
        Time: emergency.startedAt.toISOString(),
        'Started by': `${emergency.actor.name}, ${roleOf(emergency.actor)}`,
        Status: 'Trading is HALTED for this scope; the steps have begun.',
      },
      nextStep: NEXT_STEP,
      dedupePrefix: `emergency:${emergency.id}:start`,
    }),
  );
}

export async function tellJoined(
  tx: Tx,
  row: EmergencyRow,
  by: { actor: Actor; reason: string; line: string },
): Promise<void> {
  await queueNotice(
    tx,
    notice(aboutRow(row), {
      title: `Emergency ${row.number}: ${by.actor.name} joined`,
      body: by.reason,
      facts: { Severity: row.severity, Scope: scopeNameOf(row), Status: row.state },
      nextStep: NEXT_STEP,
      dedupePrefix: `emergency:${row.id}:joined:${by.line}`,
    }),
  );
}

/** One notice when a step is settled at every system: verified, or what stays open. */
export async function tellStep(tx: Tx, row: EmergencyRow, ordinal: number, steps: StepRow[]): Promise<void> {
  const cells = steps.filter((step) => step.ordinal === ordinal);
  if (cells.some((step) => ['pending', 'running', 'acknowledged'].includes(step.state))) return;
  const open = cells.filter((step) => step.state !== 'verified' && step.state !== 'skipped');
  const title = STEP_KINDS.find((kind) => kind.ordinal === ordinal)?.title ?? `Step ${ordinal}`;
  const outcome = open.length === 0 ? 'verified' : `${open.length} of ${cells.length} open`;
  await queueNotice(
    tx,
    notice(aboutRow(row), {
      title: `Emergency ${row.number}: step ${ordinal}, ${title.toLowerCase()}: ${outcome}`,
      body:
        open.length === 0
          ? 'Verified by every system.'
          : open.map((step) => `${step.engineName}: ${step.error ?? step.state}`).join('\n'),
      facts: { Severity: row.severity, Scope: scopeNameOf(row), Status: outcome },
      nextStep:
        open.length === 0 ? NEXT_STEP : 'Look at the systems named here at their own consoles; they are asked again.',
      dedupePrefix: `emergency:${row.id}:step:${ordinal}:${open.length === 0 ? 'verified' : 'open'}`,
    }),
  );
}

export async function tellFinish(
  tx: Tx,
  row: EmergencyRow,
  verdict: 'stopped' | 'partial',
  steps: StepRow[],
  line: string,
): Promise<void> {
  const open = steps.filter((step) => step.state !== 'verified' && step.state !== 'skipped');
  const body =
    verdict === 'stopped'
      ? `Every step is verified by the engines: no working orders${row.severity === 'critical' ? ', flat.' : '.'}`
      : steps.length === 0
        ? 'No engine is registered for this scope: nothing could be stopped from here.'
        : open.map((step) => `${step.engineName}: ${step.error ?? step.state}`).join('\n');
  await queueNotice(
    tx,
    notice(aboutRow(row), {
      title: `Emergency ${row.number}: ${verdict === 'stopped' ? 'stopped and verified' : 'PARTIAL, not everything is stopped'}`,
      body,
      facts: { Severity: row.severity, Scope: scopeNameOf(row), Status: verdict },
      nextStep:
        verdict === 'stopped'
          ? 'Trading stays HALTED until two people resume it with the checklist.'
          : 'Stop the systems named here at their own consoles now.',
      dedupePrefix: `emergency:${row.id}:finish:${line}`,
    }),
  );
}

export async function tellResumed(
  tx: Tx,
  row: EmergencyRow,
  approvals: readonly { name: string; role: Role }[],
): Promise<void> {
  await queueNotice(
    tx,
    notice(aboutRow(row), {
      title: `Emergency ${row.number}: trading resumes for ${scopeNameOf(row)}`,
      body: `Signed by ${approvals.map(({ name, role }) => `${name} (${ROLE_LABEL[role]})`).join(' and ')}.`,
      facts: { Severity: row.severity, Scope: scopeNameOf(row), Status: 'The systems are told to open again.' },
      nextStep: 'Watch the first orders. The review of the incident has begun.',
      dedupePrefix: `emergency:${row.id}:resumed`,
    }),
  );
}

/** Systems that did not open after a resume: told like a step that stays open. */
export async function tellStuck(tx: Tx, row: EmergencyRow, stuck: readonly Opening[]): Promise<void> {
  const names = [...new Set(stuck.map(({ engineName }) => engineName))].join(', ');
  await queueNotice(
    tx,
    notice(aboutRow(row), {
      title: `Emergency ${row.number}: ${names} did not confirm that it is open`,
      body: stuck.map(({ sentence }) => sentence).join('\n'),
      facts: { Severity: row.severity, Scope: scopeNameOf(row), Status: 'Resumed; not every system has opened.' },
      nextStep: 'Look at the systems named here; send the command again, or close the emergency with a reason.',
      dedupePrefix: `emergency:${row.id}:${stuck.map(troubleKey).join('+')}`,
    }),
  );
}
