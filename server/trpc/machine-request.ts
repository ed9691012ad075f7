import { boundedBytes } from './bounded-body';

/** A request of a machine, whichever server took it in: what its routes need of it and no more. */
export type MachineRequest = {
  pathname: string;
  headers: Pick<Headers, 'get'>;
  /** The body, given up at the first byte over `mostBytes`. Throws TOO_LARGE (413). */
  bytes(mostBytes: number): Promise<Buffer>;
};

/** What a machine is answered: a JSON text and the headers that go with it. */
export type MachineAnswer = { status: number; headers: Record<string, string>; body: string };

/** A route for machines; it throws nothing: a refusal is an answer. */
export type MachineRoute = (request: MachineRequest) => Promise<MachineAnswer>;

export const machineRequest = (request: Request): MachineRequest => ({
  pathname: new URL(request.url).pathname,
  headers: request.headers,
  bytes: (mostBytes) => boundedBytes(request, mostBytes),
});

export const answerOf = (value: unknown): MachineAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(value),
});

/** The route as the page server calls it. */
export const webRoute = (route: MachineRoute) => async (request: Request) => {
  const { status, headers, body } = await route(machineRequest(request));
  return new Response(body, { status, headers });
};
