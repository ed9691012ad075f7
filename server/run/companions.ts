import type { ChildEnvironment } from './child-environment';
import type { ChildSpec } from './supervisor';

/** The processes that stand in for the outside world in the demo and in browser tests. */
export function companions(_env: ChildEnvironment): ChildSpec[] {
  return [];
}
