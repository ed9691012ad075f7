import { type Actor, ROLE_LABEL, type Role, rolesIn } from '../kernel/actor';
import type { Notice } from '../notifications/notice-actions';
import type { EmergencyFacts } from './facts';
import { type Opening, troubleKey } from './opening';
import { STEP_KINDS } from './plan';
import type { Step } from './step';

/** What everybody is told first, and what they should do. Source: DECISIONS, emergency notice. */
const NEXT_STEP = 'Check system status and await further instructions.';

const roleOf = (actor: Actor): string => {
  if (actor.kind !== 'person') return 'the product itself';
  return rolesIn(actor.grants, undefined)
    .map((role) => ROLE_LABEL[role])
    .join(', ');
};

/** What every notice of an emergency says of it. */
export type About = {
  id: string;
  number: string;
  severity: string;
  isDrill: boolean;
  portfolioId: string | null;
  scopeName: string;
};
type NoticeStep = Pick<Step, 'ordinal' | 'state' | 'engineName' | 'error'>;

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

/** The first notice: who stopped what, and why. */
export function startNotice(emergency: EmergencyFacts & { number: string; startedAt: Date }): Notice {
  return notice(
    { ...emergency, portfolioId: emergency.scope.portfolioId },
    {
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
    },
  );
}

/** A second press, or a higher severity. */
export const joinedNotice = (
  about: About & { state: string },
  by: { actor: Actor; reason: string; line: string },
): Notice =>
  notice(about, {
    title: `Emergency ${about.number}: ${by.actor.name} joined`,
    body: by.reason,
    facts: { Severity: about.severity, Scope: about.scopeName, Status: about.state },
    nextStep: NEXT_STEP,
    dedupePrefix: `emergency:${about.id}:joined:${by.line}`,
  });

/** One notice when a step is settled at every system: verified, or what stays open. Null while it is not. */
export function stepNotice(about: About, ordinal: number, steps: readonly NoticeStep[]): Notice | null {
  const cells = steps.filter((step) => step.ordinal === ordinal);
  if (cells.some((step) => ['pending', 'running', 'acknowledged'].includes(step.state))) return null;
  const open = cells.filter((step) => step.state !== 'verified' && step.state !== 'skipped');
  const title = STEP_KINDS.find((kind) => kind.ordinal === ordinal)?.title ?? `Step ${ordinal}`;
  const outcome = open.length === 0 ? 'verified' : `${open.length} of ${cells.length} open`;
  return notice(about, {
    title: `Emergency ${about.number}: step ${ordinal}, ${title.toLowerCase()}: ${outcome}`,
    body:
      open.length === 0
        ? 'Verified by every system.'
        : open.map((step) => `${step.engineName}: ${step.error ?? step.state}`).join('\n'),
    facts: { Severity: about.severity, Scope: about.scopeName, Status: outcome },
    nextStep:
      open.length === 0 ? NEXT_STEP : 'Look at the systems named here at their own consoles; they are asked again.',
    dedupePrefix: `emergency:${about.id}:step:${ordinal}:${open.length === 0 ? 'verified' : 'open'}`,
  });
}

/** How it ended: stopped and verified, or partial with what is open. `line` is the line of the journal that says so. */
export function finishNotice(
  about: About,
  verdict: 'stopped' | 'partial',
  steps: readonly NoticeStep[],
  line: string,
): Notice {
  const open = steps.filter((step) => step.state !== 'verified' && step.state !== 'skipped');
  const body =
    verdict === 'stopped'
      ? `Every step is verified by the engines: no working orders${about.severity === 'critical' ? ', flat.' : '.'}`
      : steps.length === 0
        ? 'No engine is registered for this scope: nothing could be stopped from here.'
        : open.map((step) => `${step.engineName}: ${step.error ?? step.state}`).join('\n');
  return notice(about, {
    title: `Emergency ${about.number}: ${verdict === 'stopped' ? 'stopped and verified' : 'PARTIAL, not everything is stopped'}`,
    body,
    facts: { Severity: about.severity, Scope: about.scopeName, Status: verdict },
    nextStep:
      verdict === 'stopped'
        ? 'Trading stays HALTED until two people resume it with the checklist.'
        : 'Stop the systems named here at their own consoles now.',
    dedupePrefix: `emergency:${about.id}:finish:${line}`,
  });
}

/** Two people have resumed. */
export const resumedNotice = (about: About, approvals: readonly { name: string; role: Role }[]): Notice =>
  notice(about, {
    title: `Emergency ${about.number}: trading resumes for ${about.scopeName}`,
    body: `Signed by ${approvals.map(({ name, role }) => `${name} (${ROLE_LABEL[role]})`).join(' and ')}.`,
    facts: { Severity: about.severity, Scope: about.scopeName, Status: 'The systems are told to open again.' },
    nextStep: 'Watch the first orders. The review of the incident has begun.',
    dedupePrefix: `emergency:${about.id}:resumed`,
  });

/** Systems that did not open after a resume: told like a step that stays open. */
export function stuckNotice(about: About, stuck: readonly Opening[]): Notice {
  const names = [...new Set(stuck.map(({ engineName }) => engineName))].join(', ');
  return notice(about, {
    title: `Emergency ${about.number}: ${names} did not confirm that it is open`,
    body: stuck.map(({ sentence }) => sentence).join('\n'),
    facts: { Severity: about.severity, Scope: about.scopeName, Status: 'Resumed; not every system has opened.' },
    nextStep: 'Look at the systems named here; send the command again, or close the emergency with a reason.',
    dedupePrefix: `emergency:${about.id}:${stuck.map(troubleKey).join('+')}`,
  });
}
