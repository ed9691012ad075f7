'use client';
import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';

/** A menu that opens from a button of the shell. */
export function Menu({
  trigger,
  children,
  side = 'bottom',
}: {
  trigger: ReactElement;
  children: ReactNode;
  side?: 'bottom' | 'top' | 'right';
}) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align="start" sideOffset={4} className="z-40">
          <Base.Popup className="min-w-50 rounded-md bg-overlay py-1 shadow-overlay outline-none">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export const menuItem =
  'flex min-h-8 w-full items-center gap-2.5 px-3 py-1 text-left outline-none data-highlighted:bg-raised phone:min-h-11';

export const MenuItem = Base.Item;
export const MenuLink = Base.LinkItem;
export const MenuRadioGroup = Base.RadioGroup;
export const MenuRadioItem = Base.RadioItem;
export const MenuRadioMark = Base.RadioItemIndicator;
