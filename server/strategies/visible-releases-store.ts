import 'server-only';
import { notFound } from '../kernel/errors';
import type { ReleaseView } from './release';
import { releaseById, releasesOf, strategyView } from './store';
import type { StrategyView } from './strategy';

/** Releases of a strategy that may be seen; throws NOT_FOUND otherwise. */
export async function releasesIn(strategyId: string, visible: string[] | null): Promise<ReleaseView[]> {
  await strategyView(strategyId, visible);
  return releasesOf(strategyId);
}

/** One release with its strategy; throws NOT_FOUND where either does not exist or may not be seen. */
export async function releaseIn(
  releaseId: string,
  visible: string[] | null,
): Promise<{ release: ReleaseView; strategy: StrategyView }> {
  const release = await releaseById(releaseId);
  if (!release) throw notFound('The release');
  return { release, strategy: await strategyView(release.strategyId, visible) };
}
