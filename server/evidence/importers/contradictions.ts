import type { ImportWarning } from '../model';

/**
 * Collects what a file says against itself: a stated figure against the same figure recomputed from its own rows.
 * `relative` is the tolerance the file's own rounding allows.
 */
export class Contradictions {
  readonly warnings: ImportWarning[] = [];
  constructor(private readonly strategy: string | null) {}

  /** How the file had to be read. */
  note(fields: string[], message: string): void {
    this.warnings.push({ kind: 'note', strategy: this.strategy, fields, message });
  }

  /** Two parts of the file that cannot both be true. */
  contradict(fields: string[], message: string): void {
    this.warnings.push({ kind: 'contradiction', strategy: this.strategy, fields, message });
  }

  compare(
    field: string,
    stated: number | null,
    computed: number | null,
    means: string,
    tolerance: { relative?: number; absolute?: number } = {},
  ): void {
    if (stated === null || computed === null) return;
    const allowed = Math.max(
      tolerance.absolute ?? 0,
      (tolerance.relative ?? 1e-6) * Math.max(Math.abs(stated), Math.abs(computed)),
    );
    if (Math.abs(stated - computed) <= allowed) return;
    this.contradict(
      [field],
      `${field} says ${plain(stated)}, but ${means} ${plain(computed)}. The recomputed figure is used.`,
    );
  }
}

/** A number as a warning shows it: at most six significant digits, never exponential for everyday sizes. */
export function plain(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const text = Number(value.toPrecision(6));
  return Math.abs(text) >= 1e-6 ? text.toString() : value.toExponential(3);
}
