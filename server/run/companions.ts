import type { ChildEnvironment } from './child-environment';
import { entrySpec } from './stack';
import type { ChildSpec } from './supervisor';

/** The processes that stand in for the outside world in the demo and in browser tests. */
export function companions(env: ChildEnvironment): ChildSpec[] {
  return [entrySpec('inbox', env)];
}
