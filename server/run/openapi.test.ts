import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openApiDocument } from './openapi';
import { MACHINE_ROUTES } from './openapi-routes';

/** `method path` of every handler below app/api/v1, as the folders say. */
function handlers(): string[] {
  const files = readdirSync('app/api/v1', { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('route.ts'))
    .flatMap((file) => {
      const path = `/api/v1/${file.replace(/\/?route\.ts$/, '').replaceAll(/\[(\w+)\]/g, '{$1}')}`;
      const source = readFileSync(join('app/api/v1', file), 'utf8');
      const methods = [...source.matchAll(/export (?:async )?(?:function|const) (GET|POST|PUT|PATCH|DELETE)\b/g)];
      return methods.map(([, method]) => `${method!.toLowerCase()} ${path}`);
    });
}

test('the document names every machine route there is, and no other', () => {
  expect(MACHINE_ROUTES.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(handlers().sort());
});

test('each operation has its parameters, its body as JSON Schema and its access', () => {
  const { paths } = openApiDocument('https://live.example.com');
  const report = paths['/api/v1/engines/{engineId}/reports']?.post;
  expect(report?.parameters).toEqual([{ name: 'engineId', in: 'path', required: true, schema: { type: 'string' } }]);
  expect(JSON.stringify(report?.requestBody)).toContain('"required":["to","report"]');
  expect(report?.security).toEqual([{ engineSignature: [] }]);
  expect(paths['/api/v1/evidence']?.post?.security).toEqual([{ apiKey: ['evidence:write'] }]);
});
