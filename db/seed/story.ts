import { closeDatabase } from '@/db/client';

await closeDatabase();
