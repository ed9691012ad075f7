import { takeSnapshots } from '@/server/routers/v1/snapshots';
import { webRoute } from '@/server/trpc/machine-request';

export const dynamic = 'force-dynamic';

export const POST = webRoute(takeSnapshots);
