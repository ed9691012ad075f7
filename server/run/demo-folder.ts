import { join } from 'node:path';

/** The demo's own folder: cluster, secrets and logs, apart from those of real use. */
export const DEMO_FOLDER = process.env.GOING_LIVE_DEMO_DATA ?? join('.data', 'demo');
