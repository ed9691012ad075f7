import { answerOrder } from '@/server/routers/v1/order-check';
import { webRoute } from '@/server/trpc/machine-request';

export const dynamic = 'force-dynamic';

export const POST = webRoute(answerOrder);
