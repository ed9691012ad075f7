import { Decimal, fractionText, ONE } from '../kernel/decimal';

/** What the cuts that stand leave of a capital, each by what made it: a breach action, say. Decimals as text. */
export type Cuts = Readonly<Record<string, string>>;

/** The share of capital that is left under all cuts together, 0 to 1. */
export const scaleOf = (cuts: Cuts): Decimal => Object.values(cuts).reduce((scale, factor) => scale.mul(factor), ONE);

type Cut = { scale: string; cuts: Cuts };

/** Capital under one cut more; undefined where that cut stands already. */
export function withCut({ scale, cuts }: Cut, key: string, factor: Decimal): Cut | undefined {
  if (cuts[key] !== undefined) return undefined;
  return { scale: fractionText(new Decimal(scale).mul(factor)), cuts: { ...cuts, [key]: factor.toFixed() } };
}

/**
 * Capital once a cut is taken back: every other stays. Undefined where it does not stand. `factor` is for capital that was
 * cut before cuts were kept by what made them: there it is all that is known.
 */
export function withoutCut({ scale, cuts }: Cut, key: string, factor: Decimal): Cut | undefined {
  const { [key]: own, ...others } = cuts;
  const unnamed = Decimal.min(ONE, new Decimal(scale).div(scaleOf(cuts)));
  if (own !== undefined) return { scale: fractionText(scaleOf(others).mul(unnamed)), cuts: others };
  // Stored to twelve places: what is nearer to 1 than that is no cut.
  if (unnamed.plus('1e-9').gte(1)) return undefined;
  return { scale: fractionText(scaleOf(cuts).mul(Decimal.min(ONE, unnamed.div(factor)))), cuts };
}
