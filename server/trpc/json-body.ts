import { DomainError } from '../kernel/errors';
import { type MachineRequest, machineRequest } from './machine-request';

/** The JSON body of a machine's request, of `mostBytes` at most. Throws TOO_LARGE (413) and INVALID (422). */
export async function jsonOf(request: MachineRequest, mostBytes: number): Promise<unknown> {
  const text = (await request.bytes(mostBytes)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError('INVALID', 'The body is not JSON.');
  }
}

/** The same of a request as the page server hands it on. */
export const jsonBody = (request: Request, mostBytes: number): Promise<unknown> =>
  jsonOf(machineRequest(request), mostBytes);
