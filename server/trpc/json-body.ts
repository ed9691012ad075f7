import { DomainError } from '../kernel/errors';
import { boundedText } from './bounded-body';

/** The JSON body of a machine's request, of `mostBytes` at most. Throws TOO_LARGE (413) and INVALID (422). */
export async function jsonBody(request: Request, mostBytes: number): Promise<unknown> {
  const text = await boundedText(request, mostBytes);
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError('INVALID', 'The body is not JSON.');
  }
}
