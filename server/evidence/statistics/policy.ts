/** Defaults of the product's policy: what a backtest must show before a launch may rely on it. */
export const EVIDENCE_POLICY = {
  spanYears: 2,
  edgeTrades: 100,
  winRateTrades: 30,
  winRateFraction: 0.3,
  drawdownFraction: 0.15,
  dailyLossFraction: 0.05,
};
