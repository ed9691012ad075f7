'use client';
import Link from 'next/link';
import { ROLE_LABEL } from '@/server/kernel/actor';
import { wordsOf } from '../forms/server-error';
import { Glyph } from '../ui/glyph';
import { Initials } from '../ui/status';
import { toast } from '../ui/toast';
import { useMe } from './me';
import { Menu, MenuItem, MenuLink, menuItem } from './menu';
import { openShortcuts } from './shell-events';
import { useSignOut } from './sign-out';

export const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .join('')
    .slice(0, 2)
    .toUpperCase();

/** Who is signed in and as what; their sessions, and the way out. */
export function UserMenu() {
  const me = useMe();
  const leave = useSignOut();
  const roles = me.roles.map((role) => ROLE_LABEL[role]).join(', ') || 'No role yet';
  return (
    <Menu
      side="top"
      trigger={
        <button
          type="button"
          title={me.name}
          className="flex min-w-0 flex-1 items-center gap-2 rounded-sm px-2 py-1 text-left hover:bg-raised md:max-desk:justify-center phone:min-h-12"
        >
          <Initials>{initialsOf(me.name)}</Initials>
          <span className="sr-only">{me.name}, </span>
          <span className="min-w-0 flex-1 truncate md:max-desk:sr-only">{roles}</span>
        </button>
      }
    >
      <div className="border-b border-line px-3 pt-1 pb-2">
        <div className="font-medium">{me.name}</div>
        <div className="text-xs text-ink-3">{me.email}</div>
        <div className="text-xs text-ink-3">{roles}</div>
      </div>
      <MenuLink render={<Link href="/settings/account" />} className={menuItem}>
        <Glyph name="user" />
        My account and sessions
      </MenuLink>
      <MenuItem className={menuItem} onClick={openShortcuts}>
        <Glyph name="menu" />
        Keyboard shortcuts
      </MenuItem>
      <MenuItem
        className={menuItem}
        onClick={() =>
          leave.mutate(undefined, {
            onError: (error) => toast('Not signed out.', { tone: 'high', detail: wordsOf(error) }),
          })
        }
      >
        <Glyph name="right" />
        Sign out
      </MenuItem>
    </Menu>
  );
}
