import { z } from 'zod';
import packageJson from '@/package.json';
import { MACHINE_ROUTES, type MachineRoute } from './openapi-routes';

const PROBLEMS: Record<string, string> = {
  400: 'the request cannot be read',
  401: 'no key or signature, or one that does not count',
  403: 'the key lacks the scope or the portfolio',
  413: 'too large',
  422: 'understood, and wrong; the fields are named',
  429: 'too many; Retry-After says when',
  503: 'the installation cannot take it now; Retry-After says when',
};

/** Input shapes, since callers send them; what only code can check is told in words by the route. */
const jsonSchema = (schema: z.ZodType) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
};

function parametersOf({ path, query }: MachineRoute) {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const shape: { properties?: Record<string, unknown>; required?: string[] } = query ? jsonSchema(query) : {};
  const inQuery = Object.entries(shape.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: shape.required?.includes(name) ?? false,
    schema,
  }));
  return [...inPath, ...inQuery];
}

function securityOf({ access }: MachineRoute) {
  if (access === 'anyone' || access === 'token') return [];
  return [access === 'engine-signature' ? { engineSignature: [] } : { apiKey: [access.key] }];
}

function operationOf(route: MachineRoute) {
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  const body =
    route.body === 'file'
      ? { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
      : route.body && { 'application/json': { schema: jsonSchema(route.body) } };
  const answers = Object.entries(route.answers).map(([status, description]) => [status, { description }]);
  const refusals = Object.entries(PROBLEMS).map(([status, description]) => [status, { description, content: problem }]);
  return {
    summary: route.summary,
    parameters: parametersOf(route),
    ...(body ? { requestBody: { required: true, content: body } } : {}),
    responses: Object.fromEntries(route.access === 'anyone' ? answers : [...answers, ...refusals]),
    security: securityOf(route),
  };
}

/** The machine interface as OpenAPI 3.1, from the very schemas that the routes parse with. */
export function openApiDocument(appUrl: string) {
  const paths: Record<string, Record<string, ReturnType<typeof operationOf>>> = {};
  for (const route of MACHINE_ROUTES) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Going Live',
      version: packageJson.version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: appUrl }],
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key with the named scope' },
        engineSignature: {
          type: 'apiKey',
          in: 'header',
          name: 'webhook-signature',
          description: 'Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature',
        },
      },
      schemas: {
        Problem: {
          type: 'object',
          description: 'RFC 9457',
          required: ['type', 'title', 'status', 'detail'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            detail: { type: 'string' },
          },
        },
      },
    },
  };
}
