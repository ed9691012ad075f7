import { z } from 'zod';
import { RawInstrumentBatch, readInstruments } from '@/server/capital/instrument';
import { recordInstruments } from '@/server/capital/instrument-actions';
import { authenticateKey, portfolioMeant } from '@/server/identity/api-keys';
import { allRefused } from '@/server/kernel/each-row';
import { DomainError } from '@/server/kernel/errors';
import { problem } from '@/server/trpc/errors';
import { jsonBody } from '@/server/trpc/json-body';
import { takeRequest } from '@/server/trpc/key-rate';

export const dynamic = 'force-dynamic';

const MOST_BYTES = 5_000_000;

/**
 * Registers instruments and takes their daily closes: `{portfolioId?, instruments: [{instrument, lot, multiplier, fx, initialMargin?,
 * closes: [{day, close, volume?}]}]}`. What is held gets its closes from snapshots by itself; this is for what is not held yet.
 * A row that is none, and terms that would make smaller what limits measure, are refused with their index.
 */
export async function POST(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const actor = await authenticateKey(request, 'snapshots:write');
    await takeRequest(actor.keyId, 'instruments');
    const batch = RawInstrumentBatch.safeParse(await jsonBody(request, MOST_BYTES));
    if (!batch.success) {
      throw new DomainError(
        'INVALID',
        'The body is {"instruments": [{"instrument", "lot", "closes": [{"day", "close"}]}]}.',
        {
          data: { fields: z.flattenError(batch.error).fieldErrors },
        },
      );
    }
    const portfolioId = portfolioMeant(actor, batch.data.portfolioId);
    const { instruments, ...places } = readInstruments(batch.data.instruments);
    const result = await recordInstruments(actor, { portfolioId, instruments });
    const refused = allRefused(places, result.refused);
    return Response.json({ ...result, refused }, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return problem(error, pathname);
  }
}
