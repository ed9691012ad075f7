'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ROLE_LABEL } from '@/server/kernel/actor';
import type { Condition } from '@/server/launch/gate-facts';
import type { LaunchPage } from '@/server/launch/view';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button, ButtonLink } from '../ui/button';
import { GateCard } from '../ui/gate-card';
import { Region } from '../ui/page';
import { Status } from '../ui/status';
import { Time } from '../ui/time';
import { ApprovePanel } from './approve-panel';
import { gateLabel } from './gate-label';
import { OverridePanel } from './override-panel';
import { ReasonPanel } from './reason-panel';
import { useLaunch } from './use-launch';

const LINK: Partial<Record<NonNullable<Condition['action']>['target'], (launch: LaunchPage, id: string) => string>> = {
  item: (launch, id) => `/launches/${launch.id}/checklist?item=${id}`,
  step: (_, id) => `#step-${id}`,
  risk: () => '/risk',
  engine: () => '/emergency',
  alert: (_, id) => `/alerts/${id}`,
  emergency: (_, id) => `/emergency/${id}`,
};

/** The gate that is next: verdict, blockers with who clears them, what is met, and any override that awaits review. */
export function LaunchGate({ launchId }: { launchId: string }) {
  const launch = useLaunch(launchId);
  const me = useMe();
  const [isApproving, setApproving] = useState(false);
  const { gate } = launch;
  if (!gate) {
    return (
      <Region title="Gate" id="gate">
        <Status kind="passed">There is no further gate.</Status>
      </Region>
    );
  }
  const mine = new Set(me.roles.map((role) => ROLE_LABEL[role]));
  const who = (text: string) => (text.split(/, | or | and /).some((one) => mine.has(one)) ? `${text} (you)` : text);
  const action = (condition: Condition) => {
    if (!condition.action) return null;
    const { label, target, id } = condition.action;
    if (target === 'approve') {
      const { mayApprove, hasApproved } = gate.you;
      return (
        <Button
          size="sm"
          blocked={mayApprove.may ? (hasApproved ? 'You have approved exactly this.' : undefined) : mayApprove.why}
          onClick={() => setApproving(true)}
        >
          {label}
        </Button>
      );
    }
    const link = LINK[target];
    return link ? (
      <ButtonLink size="sm" href={link(launch, id)}>
        {label}
      </ButtonLink>
    ) : null;
  };
  const open = launch.reviews.find((one) => !one.closedAt);
  return (
    <>
      <GateCard
        title={gateLabel(gate.gate).title}
        computed={
          <span>
            Computed <Time at={gate.computedAt} seconds /> from facts; re-checked when you use it
          </span>
        }
        blockers={gate.blockers.map((one, index) => ({
          key: `${index}-${one.sentence}`,
          text: one.sentence,
          sub: one.detail || undefined,
          who: who(one.who),
          action: action(one),
        }))}
        met={gate.met.map((one, index) => ({ key: `${index}-${one.sentence}`, text: one.sentence }))}
        overridden={
          open && {
            title: `${open.personName} overrode the ${gateLabel(open.gate as never).title.toLowerCase()}`,
            reason: (
              <>
                {open.reason} Passed over: {open.blockers.join(' ')} Review due <Time at={open.dueAt} withDate />.
              </>
            ),
            action: open.mayClose ? <CloseReview reviewId={open.id} /> : undefined,
          }
        }
      />
      {launch.may.override && !gate.isOpen && <OverridePanel launch={launch} gate={gate} />}
      <ApprovePanel launch={launch} gate={gate} open={isApproving} onOpenChange={setApproving} />
    </>
  );
}

function CloseReview({ reviewId }: { reviewId: string }) {
  const trpc = useTRPC();
  const close = useMutation(trpc.launches.closeReview.mutationOptions());
  return (
    <ReasonPanel
      label="Close review…"
      title="Close the review of this override"
      question="Finding"
      confirm="Close review"
      effects="Say whether the override was justified and what follows from it."
      onConfirm={(finding) => close.mutateAsync({ reviewId, finding })}
    />
  );
}
