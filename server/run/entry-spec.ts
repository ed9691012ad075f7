import { resolve } from 'node:path';
import type { ChildEnvironment } from './child-environment';
import type { ChildSpec } from './supervisor';

/** A child that runs `server/run/<name>.ts`. */
export function entrySpec(name: string, env: ChildEnvironment): ChildSpec {
  return {
    name,
    nodeArguments: ['--conditions=react-server', '--import', 'tsx', resolve(`server/run/${name}.ts`)],
    env: { ...env, GOING_LIVE_PROCESS: name },
  };
}
