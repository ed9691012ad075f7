'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ENGINE_ROLE_LABEL, type EngineRole } from '@/server/engines/roles';
import type { EngineView } from '@/server/engines/view-store';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { formatNumber, shortHash } from '../ui/format';
import { Note } from '../ui/note';
import { Region } from '../ui/page';
import { Facts } from '../ui/stat';
import { Status, Tag } from '../ui/status';
import { Age, Time, useStale } from '../ui/time';
import { formatCount } from './count-text';
import { ReplayButton } from './replay-button';
import type { Secret } from './secret-panel';

const HEARTBEAT_MAX_AGE_MS = 30_000;

type Props = {
  engine: EngineView;
  mayManage: boolean;
  mayApprove: boolean;
  isDemo: boolean;
  onSecret: (secret: Secret) => void;
};

/** One system: state and age of what it said, its roles, and what may be done with it. */
export function EngineCard({ engine, mayManage, mayApprove, isDemo, onSecret }: Props) {
  const { report } = engine;
  return (
    <Region
      className="border-b border-line"
      title={engine.name}
      tags={
        <>
          <EngineState engine={engine} />
          {engine.isDrillTarget && <Tag tone="run">Drill target</Tag>}
        </>
      }
      end={
        engine.lastHeartbeatAt ? (
          <>
            heard <Age at={engine.lastHeartbeatAt} maxAgeMs={HEARTBEAT_MAX_AGE_MS} suffix=" ago" />
          </>
        ) : (
          'never heard from'
        )
      }
    >
      <div className="grid items-start gap-x-6 gap-y-3 md:grid-cols-2">
        <Facts
          items={[
            { name: 'Id', value: <span className="mono wrap-anywhere">{engine.id}</span> },
            { name: 'Address', value: <span className="mono wrap-anywhere">{engine.url}</span> },
            {
              name: 'Roles',
              value: engine.roles.map((role) => ENGINE_ROLE_LABEL[role as EngineRole] ?? role).join(', '),
            },
            { name: 'Registered by', value: engine.registeredBy },
            { name: 'Approved by', value: engine.approvedBy ?? 'nobody yet: nothing but questions is sent' },
            ...(engine.rotatingUntil
              ? [{ name: 'Old secret until', value: <Time at={engine.rotatingUntil} withDate /> }]
              : []),
          ]}
        />
        <Facts
          items={
            report
              ? [
                  {
                    name: 'Takes orders',
                    value: report.lockedDown ? 'no, locked down' : report.acceptsOrders ? 'yes' : 'no',
                  },
                  {
                    name: 'Working orders, positions',
                    value: `${formatCount(report.workingOrders)}, ${formatCount(report.positions)}`,
                  },
                  { name: 'Epoch', value: formatCount(report.epoch) },
                  {
                    name: 'Build',
                    value: <span className="mono">{shortHash(report.buildDigest.replace('sha256:', ''))}</span>,
                  },
                  {
                    name: 'Last answer',
                    value: engine.lastAnswerMs === null ? '?' : `${formatCount(engine.lastAnswerMs)} ms`,
                  },
                  ...report.strategies.map((s) => ({
                    key: s.ref,
                    name: s.ref,
                    value: `${s.state}, capital ${formatNumber(s.capital)}`,
                  })),
                ]
              : [{ name: 'Report', value: '?' }]
          }
        />
      </div>
      {engine.lax.map(({ name, says, holds }) => (
        <div key={name} className="mt-3">
          <Note tone="crit" title={`${name}: it says ${says}, and ${holds} holds here`}>
            Where it has just been told, its next report says so. Where it stays, it is told again by itself; stop it at
            the engine or at the venue by hand until then.
          </Note>
        </div>
      ))}
      {engine.lastError && (
        <div className="mt-3">
          <Note tone="high" title="Last attempt failed">
            {engine.lastError}
          </Note>
        </div>
      )}
      {!engine.isDisabled && <Actions {...{ engine, mayManage, mayApprove, isDemo, onSecret }} />}
    </Region>
  );
}

function EngineState({ engine }: { engine: EngineView }) {
  const isStale = useStale(engine.lastHeartbeatAt, HEARTBEAT_MAX_AGE_MS);
  if (engine.isDisabled) return <Status kind="off">Out of use</Status>;
  if (!engine.approvedBy) return <Status kind="awaiting">Awaits a Risk officer</Status>;
  if (!engine.report || engine.lastHeartbeatAt === null) return <Status kind="no-data" />;
  if (isStale) return <Status kind="stale" detail={`last ${engine.report.state}`} />;
  const kind = engine.report.state === 'HALTED' ? 'halted' : engine.report.state === 'REDUCING' ? 'reducing' : 'active';
  return <Status kind={kind} />;
}

function Actions({ engine, mayManage, mayApprove, isDemo, onSecret }: Props) {
  const trpc = useTRPC();
  const [isEnding, setEnding] = useState(false);
  const test = useMutation(trpc.engines.test.mutationOptions());
  const forget = useMutation(trpc.engines.forgetReports.mutationOptions());
  const approve = useMutation(trpc.engines.approve.mutationOptions());
  const disable = useMutation(trpc.engines.disable.mutationOptions());
  const rotate = useMutation(
    trpc.engines.rotateSecret.mutationOptions({
      onSuccess: ({ secret }) =>
        onSecret({
          engine: engine.name,
          secret,
          note: 'Set it at the engine within 24 h; until then the old one works beside it.',
        }),
    }),
  );
  const who = mayManage || mayApprove ? undefined : 'An Admin or a Risk officer may.';
  const failure = test.error ?? forget.error ?? approve.error ?? disable.error ?? rotate.error;
  return (
    <div className="mt-3 grid gap-2">
      <div className="flex flex-wrap gap-2">
        {!engine.approvedBy && (
          <Button
            variant="primary"
            sending={approve.isPending}
            onClick={() => approve.mutate({ engineId: engine.id })}
            blocked={
              !mayApprove
                ? 'A Risk officer approves an engine.'
                : engine.isOwn
                  ? 'You registered it: another Risk officer must approve it.'
                  : undefined
            }
          >
            Approve engine
          </Button>
        )}
        <Button sending={test.isPending} blocked={who} onClick={() => test.mutate({ engineId: engine.id })}>
          Ask for a report
        </Button>
        <Button sending={rotate.isPending} blocked={who} onClick={() => rotate.mutate({ engineId: engine.id })}>
          Rotate secret
        </Button>
        <Button
          sending={forget.isPending}
          blocked={who}
          title="For an engine whose reports were wrong: its state and epoch are unknown until it reports again."
          onClick={() => forget.mutate({ engineId: engine.id })}
        >
          Forget its reports
        </Button>
        <Button variant="danger-line" blocked={who} onClick={() => setEnding(true)}>
          Take out of use…
        </Button>
        {isDemo && engine.approvedBy && <ReplayButton engineId={engine.id} />}
      </div>
      {test.data && (
        <div role="status">
          {test.data.ok ? (
            <Status kind="verified">Answered, signed, in {formatCount(test.data.tookMs)} ms</Status>
          ) : (
            <Note tone="high" title="It did not answer as it should">
              {test.data.why}
            </Note>
          )}
        </div>
      )}
      {failure && (
        <Note tone="high" role="alert" title="Refused">
          {wordsOf(failure)}
        </Note>
      )}
      <Dialog
        open={isEnding}
        onOpenChange={setEnding}
        title={`Take ${engine.name} out of use`}
        footer={
          <>
            <Button onClick={() => setEnding(false)}>Cancel</Button>
            <Button
              variant="danger"
              sending={disable.isPending}
              onClick={() =>
                disable.mutateAsync({ engineId: engine.id }).then(
                  () => setEnding(false),
                  () => setEnding(false),
                )
              }
            >
              Take out of use
            </Button>
          </>
        }
      >
        No command and no lease goes to it any more, so it takes no new risk within 30 s. Its positions and the stops at
        the venue stay. It can be registered anew.
      </Dialog>
    </div>
  );
}
