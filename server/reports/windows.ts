/** Hours after a tranche was entered, or after 100 %, at which a report is due. */
export const WINDOW_HOURS = [1, 24, 168, 720] as const;
export type WindowHours = (typeof WINDOW_HOURS)[number];

export const WINDOW_NAME: Record<WindowHours, string> = { 1: '1 hour', 24: '24 hours', 168: '7 days', 720: '30 days' };

const HOUR_MS = 3_600_000;

/** Minutes of a block, by window: values within a block depend on each other, blocks hardly do. */
export const BLOCK_MINUTES: Record<WindowHours, number> = { 1: 1, 24: 15, 168: 120, 720: 480 };

export type Stay = { id: string; tranche: number; enteredAt: Date; leftAt: Date | null };
export type ReportWindow = {
  stayId: string;
  tranche: number;
  hours: WindowHours;
  start: Date;
  end: Date;
  /** Set where the tranche was left before the window ended: the report then says so. */
  leftAt: Date | null;
};

/** The windows of the stays of a launch: 1 h and 24 h after each tranche, 7 d and 30 d after 100 %; in order of their end. */
export function windowsOf(stays: Stay[]): ReportWindow[] {
  return stays
    .filter((stay) => stay.tranche > 0)
    .flatMap((stay) =>
      WINDOW_HOURS.filter((hours) => hours <= 24 || stay.tranche === 100).map((hours) => {
        const end = new Date(stay.enteredAt.getTime() + hours * HOUR_MS);
        const leftAt = stay.leftAt && stay.leftAt < end ? stay.leftAt : null;
        return { stayId: stay.id, tranche: stay.tranche, hours, start: stay.enteredAt, end, leftAt };
      }),
    )
    .sort((a, b) => a.end.getTime() - b.end.getTime());
}

/** A window that has ended; only what was not issued before, told by tranche, hours and start. */
export function dueWindows(windows: ReportWindow[], issued: ReadonlySet<string>, now: Date): ReportWindow[] {
  return windows.filter((window) => window.end <= now && !issued.has(windowKey(window)));
}

export const windowKey = ({ tranche, hours, start }: Pick<ReportWindow, 'tranche' | 'hours' | 'start'>): string =>
  `${tranche}/${hours}/${start.toISOString()}`;
