'use client';
import { useMutation } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import { leaveFor } from '@/server/identity/permissions';
import { ROLE_LABEL } from '@/server/kernel/actor';
import type { AppRouter } from '@/server/routers/_app';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { Note } from '../ui/note';
import { InvitationLink } from './invitation-link';
import { RoleChoice, type RoleValue, useScopeName } from './role-choice';

export type PersonRow = inferRouterOutputs<AppRouter>['people']['list']['people'][number];

/** What can be done about one person. Taking power away is at once; giving it may wait for a second person. */
export function PersonPanel({ person, onClose }: { person: PersonRow; onClose: () => void }) {
  const me = useMe();
  const mayInvite = leaveFor(me.grants, 'people.invite', undefined) !== null;
  return (
    <Panel open onOpenChange={onClose} title={person.name} description={person.email}>
      <div className="grid gap-6">
        <Roles person={person} />
        <AddRole person={person} />
        {mayInvite && !person.enrolledAt && <Invitation personId={person.id} />}
        {mayInvite && person.enrolledAt && <UnlockFactors personId={person.id} />}
        {person.enrolledAt && !person.disabledAt && <EndSessions personId={person.id} />}
        <Access person={person} isMe={person.id === me.id} mayEnable={mayInvite} />
      </div>
    </Panel>
  );
}

const HEAD = 'mb-2 text-xs font-semibold text-ink-2';

function Roles({ person }: { person: PersonRow }) {
  const trpc = useTRPC();
  const scopeName = useScopeName();
  const revoke = useMutation(trpc.people.revokeRole.mutationOptions());
  return (
    <section>
      <h3 className={HEAD}>Roles</h3>
      {person.grants.length === 0 && <p className="text-ink-3">None: this person sees nothing yet.</p>}
      <ul className="grid gap-2">
        {person.grants.map((grant) => (
          <li key={grant.id} className="flex items-center gap-2">
            <span className="font-medium">{ROLE_LABEL[grant.role]}</span>
            <span className="text-ink-3">{scopeName(grant.portfolioId)}</span>
            <span className="ml-auto">
              <Button
                size="sm"
                aria-label={`Take away ${ROLE_LABEL[grant.role]}`}
                sending={revoke.isPending && revoke.variables.grantId === grant.id}
                onClick={() => revoke.mutate({ grantId: grant.id })}
              >
                Take away
              </Button>
            </span>
          </li>
        ))}
      </ul>
      <FormStatus pending={revoke.isPending} error={revoke.error && wordsOf(revoke.error)} />
    </section>
  );
}

function AddRole({ person }: { person: PersonRow }) {
  const trpc = useTRPC();
  const [role, setRole] = useState<RoleValue>({ role: 'viewer', portfolioId: '' });
  const ask = useMutation(trpc.people.askForRole.mutationOptions());
  const press = () => ask.mutate({ personId: person.id, role: role.role, portfolioId: role.portfolioId || null });
  return (
    <section className="grid gap-3">
      <h3 className={HEAD}>Give a role</h3>
      <RoleChoice value={role} onChange={setRole} />
      <FormStatus pending={ask.isPending} error={ask.error && wordsOf(ask.error)} />
      {ask.data && (
        <Note
          tone={ask.data.outcome === 'granted' ? 'ok' : 'run'}
          glyph={ask.data.outcome === 'granted' ? 'ok' : 'wait'}
          role="status"
        >
          {ask.data.outcome === 'granted'
            ? 'In force from the next request.'
            : 'Proposed. Two people of manager or board agree to it.'}
        </Note>
      )}
      <div>
        <Button onClick={press} sending={ask.isPending}>
          Give role
        </Button>
      </div>
    </section>
  );
}

function Invitation({ personId }: { personId: string }) {
  const trpc = useTRPC();
  const renew = useMutation(trpc.people.renewInvitation.mutationOptions());
  return (
    <section className="grid gap-3">
      <h3 className={HEAD}>Invitation</h3>
      {renew.data && <InvitationLink ticket={renew.data.ticket} title="A new link." />}
      <FormStatus pending={renew.isPending} error={renew.error && wordsOf(renew.error)} />
      <div>
        <Button onClick={() => renew.mutate({ personId })} sending={renew.isPending}>
          Make a new link
        </Button>
      </div>
    </section>
  );
}

function UnlockFactors({ personId }: { personId: string }) {
  const trpc = useTRPC();
  const unlock = useMutation(trpc.people.unlockFactors.mutationOptions());
  return (
    <section className="grid gap-3">
      <h3 className={HEAD}>Locked by wrong tries</h3>
      <FormStatus pending={unlock.isPending} error={unlock.error && wordsOf(unlock.error)} />
      {unlock.isSuccess && (
        <Note tone="ok" role="status" title="Password, code and recovery codes can be tried again." />
      )}
      <div>
        <Button onClick={() => unlock.mutate({ personId })} sending={unlock.isPending}>
          Unlock
        </Button>
      </div>
    </section>
  );
}

function EndSessions({ personId }: { personId: string }) {
  const trpc = useTRPC();
  const end = useMutation(trpc.people.endSessions.mutationOptions());
  return (
    <section className="grid gap-3">
      <h3 className={HEAD}>Lost device</h3>
      <FormStatus pending={end.isPending} error={end.error && wordsOf(end.error)} />
      {end.data && (
        <Note
          tone="ok"
          role="status"
          title={`${end.data.ended} ${end.data.ended === 1 ? 'session' : 'sessions'} ended.`}
        />
      )}
      <div>
        <Button onClick={() => end.mutate({ personId })} sending={end.isPending}>
          End all sessions
        </Button>
      </div>
    </section>
  );
}

function Access({ person, isMe, mayEnable }: { person: PersonRow; isMe: boolean; mayEnable: boolean }) {
  const trpc = useTRPC();
  const disable = useMutation(trpc.people.disable.mutationOptions());
  const enable = useMutation(trpc.people.enable.mutationOptions());
  const error = disable.error ?? enable.error;
  if (person.disabledAt && !mayEnable) return null;
  return (
    <section className="grid gap-3 border-t border-line pt-4">
      <h3 className={HEAD}>{person.disabledAt ? 'This person is shut out' : 'Shut out'}</h3>
      <p className="text-xs text-ink-2">
        {person.disabledAt
          ? 'Letting them in again gives back the roles above.'
          : 'Every session ends at its next request. Approvals they gave count no more where they are checked again. Nothing they did is removed.'}
      </p>
      <FormStatus pending={disable.isPending || enable.isPending} error={error && wordsOf(error)} />
      <div>
        {person.disabledAt ? (
          <Button onClick={() => enable.mutate({ personId: person.id })} sending={enable.isPending}>
            Let in again
          </Button>
        ) : (
          <Button
            variant="danger-line"
            blocked={isMe ? 'Nobody disables their own account. Ask another admin or a manager.' : undefined}
            onClick={() => disable.mutate({ personId: person.id })}
            sending={disable.isPending}
          >
            Disable {person.name}
          </Button>
        )}
      </div>
    </section>
  );
}
