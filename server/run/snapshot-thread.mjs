/** The first file of a thread: lets it read TypeScript, as `--import tsx` does for a process. */
import { register } from 'tsx/esm/api';

register();
await import('./snapshot-thread.ts');
