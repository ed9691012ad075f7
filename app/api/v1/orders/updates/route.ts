import { takeOrderUpdates } from '@/server/routers/v1/order-updates';
import { webRoute } from '@/server/trpc/machine-request';

export const dynamic = 'force-dynamic';

export const POST = webRoute(takeOrderUpdates);
