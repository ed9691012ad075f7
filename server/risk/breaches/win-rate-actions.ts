import 'server-only';
import { fingerprintOf } from '../../alerts/fingerprint';
import { raiseAlert, resolveAlert } from '../../alerts/raise-actions';
import { lockOpenAlert } from '../../alerts/store';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import { job } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import { numberText, percentText } from '../../kernel/format';
import { inTransaction, type Tx } from '../../kernel/transaction';
import { listPortfolioIds, loadContext } from '../ingest/context-store';
import { decodeState } from '../ingest/state-codec';
import { findState } from '../ingest/state-store';
import type { RiskState } from '../state';
import { tradesSeen } from '../strategy-curve';
import { backtestWinRates } from './backtest-store';
import { againstBacktest, type WinRateVerdict } from './win-rate-test';

const CHECK = job('win-rate-checks');

const fingerprintOfRate = (strategyId: string) =>
  fingerprintOf('risk', 'win-rate-backtest', { kind: 'strategy', id: strategyId });

/**
 * Compares the wins of every strategy with its approved backtest and alerts where they are worse; it restricts nothing.
 * Called twice it changes nothing more. Returns how many strategies were compared and found worse.
 */
export async function runWinRateChecks(): Promise<{ compared: number; worse: number }> {
  authorize(CHECK, 'read');
  const sum = { compared: 0, worse: 0 };
  for (const portfolioId of await listPortfolioIds()) {
    const verdicts = await inTransaction((tx) => checkPortfolio(tx, portfolioId));
    sum.compared += verdicts.filter((v) => v.kind !== 'unknown').length;
    sum.worse += verdicts.filter((v) => v.kind === 'worse').length;
  }
  return sum;
}

async function checkPortfolio(tx: Tx, portfolioId: string): Promise<WinRateVerdict[]> {
  const row = await findState(portfolioId, tx);
  const loaded = row && (await loadContext(portfolioId, tx));
  if (!loaded) return [];
  const held = Object.entries(decodeState<RiskState>(row.state).strategies ?? {});
  const rates = await backtestWinRates(
    loaded.strategies.map((s) => s.id),
    tx,
  );
  const verdicts: WinRateVerdict[] = [];
  for (const [id, strategy] of held) {
    const name = loaded.strategies.find((s) => s.id === id)?.name;
    if (!name) continue;
    const verdict = againstBacktest(tradesSeen(strategy.outcomes), rates.get(id) ?? null);
    verdicts.push(verdict);
    if (verdict.kind === 'worse') await tellWorse(tx, { portfolioId, strategyId: id, name }, verdict);
    else if (verdict.kind === 'agrees')
      await resolveAlert(tx, fingerprintOfRate(id), 'The win rate agrees with the backtest again.', CHECK);
  }
  return verdicts;
}

async function tellWorse(
  tx: Tx,
  about: { portfolioId: string; strategyId: string; name: string },
  verdict: Extract<WinRateVerdict, { kind: 'agrees' | 'worse' }>,
): Promise<void> {
  const share = (value: number) => percentText(new Decimal(value.toFixed(12)), 1);
  const chance = numberText(verdict.chance, 4);
  if (!(await lockOpenAlert(tx, fingerprintOfRate(about.strategyId)))) {
    recordEvent(tx, {
      type: 'risk.win-rate-worse',
      actor: CHECK,
      subject: { kind: 'strategy', id: about.strategyId },
      portfolioId: about.portfolioId,
      data: { live: verdict.live.toFixed(6), backtest: verdict.expected.toFixed(6), chance },
    });
  }
  await raiseAlert(tx, {
    fingerprint: fingerprintOfRate(about.strategyId),
    severity: 'medium',
    title: `Win rate of ${about.name} ${share(verdict.live)}, ${share(verdict.expected)} in its backtest`,
    body: `So few wins have a chance of ${chance} if the backtest holds; under 0.01 is told. Nothing is done by itself: look at fills, costs and the market against the backtest.`,
    portfolioId: about.portfolioId,
    strategyId: about.strategyId,
    subject: { kind: 'strategy', id: about.strategyId },
    link: '/risk',
    facts: { Strategy: about.name, 'Win rate': share(verdict.live), Backtest: share(verdict.expected), Chance: chance },
    actor: CHECK,
  });
}
