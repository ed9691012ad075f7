import { closeDatabase } from '@/db/client';
import { addDemoChannels } from './demo-channels';
import { enrolPeople } from './demo-people';
import { demoTotpSecrets } from './demo-secrets';

/** The demo workspace: seven people and the story of three launches, told through the actions that people use. */
await enrolPeople(demoTotpSecrets(process.env.GOING_LIVE_DATA!));
await addDemoChannels();
await closeDatabase();
