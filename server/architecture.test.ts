import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const at = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(at);
    return /\.(ts|tsx|mjs)$/.test(entry.name) ? [at] : [];
  });
}

type Import = { from: string; to: string; isType: boolean };

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s)?([^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

function resolved(from: string, spec: string): string {
  const base = spec.startsWith('@/')
    ? spec.slice(2)
    : spec.startsWith('.')
      ? path.posix.join(path.posix.dirname(from), spec)
      : null;
  if (base === null) return spec;
  for (const end of ['', '.ts', '.tsx', '.mjs', '/index.ts']) {
    try {
      if (statSync(path.join(root, base + end)).isFile()) return base + end;
    } catch {}
  }
  return base;
}

const everyFile = ['app', 'components', 'server', 'db']
  .flatMap(filesBelow)
  .filter((file) => !file.startsWith('db/migrations/'));
const isTest = (file: string) => /\.(test|bench)\.tsx?$/.test(file) || file.includes('/testing/');
const source = new Map(everyFile.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
const imports: Import[] = everyFile
  .filter((file) => !isTest(file))
  .flatMap((from) =>
    [...source.get(from)!.matchAll(IMPORT)].map((match) => {
      const names = match[2] ?? '';
      const allTypes = /^\{\s*(type\s+\w+(\s+as\s+\w+)?\s*,?\s*)+\}\s*from\s*$/.test(
        names.trim().concat(' ').trimEnd(),
      );
      return { from, to: resolved(from, match[3] ?? match[4]!), isType: Boolean(match[1]) || allTypes };
    }),
  );
const atRunTime = imports.filter((i) => !i.isType);

/** Files that may talk to the outside, by the names the house gives them. */
const SHELLS = [
  /\/(?:[\w-]+-)?store\.ts$/,
  /\/(?:[\w-]+-)?actions\.ts$/,
  /^server\/kernel\/(transaction|log|env|outbound|clock)\.ts$/,
  /^server\/audit\/(record|export|timeline)\.ts$/,
  /^server\/identity\/(session|password|factors|secret-box|origin|api-keys|step-up|passkeys|totp|throttle|sessions|auth|next-auth|recovery-codes|tickets)[\w-]*\.ts$/,
  /^server\/(trpc|routers|jobs|run|realtime|reactions)\//,
  /^server\/notifications\/channels\//,
  /^server\/engines\/(adapters|paper)\//,
  /^server\/emergency\/(run|journal|snapshot)[\w-]*\.ts$/,
  /^server\/monitoring\/sources\//,
  /^server\/(?:[\w-]+)\/probes\//,
  /^server\/evidence\/(importers|cli)\//,
];
const isShell = (file: string) => SHELLS.some((shell) => shell.test(file));
const isStore = (file: string) => /\/(?:[\w-]+-)?store\.ts$/.test(file);
const isActions = (file: string) => /\/(?:[\w-]+-)?actions\.ts$/.test(file);
const domainOf = (file: string) => /^server\/([\w-]+)\//.exec(file)?.[1];

/** What each domain may reach; all may reach identity, audit and kernel. Nothing points back. */
const ARROWS: Record<string, string[]> = {
  kernel: [],
  audit: ['kernel'],
  identity: ['kernel', 'audit', 'checklist/probe'],
  portfolios: [],
  'trading-state': ['portfolios'],
  notifications: ['portfolios', 'checklist/probe'],
  alerts: ['notifications', 'portfolios'],
  engines: ['portfolios', 'capital', 'trading-state'],
  capital: ['portfolios'],
  strategies: ['portfolios', 'evidence', 'engines'],
  evidence: ['portfolios', 'checklist/probe'],
  risk: ['alerts', 'engines', 'capital', 'trading-state', 'portfolios', 'evidence', 'strategies'],
  checklist: ['evidence', 'strategies', 'portfolios', 'alerts'],
  monitoring: ['alerts', 'portfolios'],
  reports: ['alerts', 'notifications', 'monitoring', 'portfolios', 'evidence', 'strategies', 'launch'],
  launch: [
    'checklist',
    'risk',
    'monitoring',
    'evidence',
    'engines',
    'capital',
    'trading-state',
    'strategies',
    'portfolios',
    'alerts',
    'emergency',
    'reactions/lag',
  ],
  emergency: ['engines', 'trading-state', 'notifications', 'alerts', 'portfolios', 'strategies', 'incidents'],
  incidents: ['portfolios', 'notifications', 'alerts'],
  /** Versions what launches and alerts are judged by; they read the rows that hold. */
  policies: ['launch', 'alerts', 'notifications', 'checklist', 'portfolios'],
  /** Reads what waits for a person; nothing reads it but its page. */
  overview: ['risk', 'launch', 'checklist', 'portfolios'],
};
const EVERYONE = ['kernel', 'audit', 'identity'];
/** Rooms above the domains: they may reach all of them. */
const ABOVE = ['routers', 'jobs', 'run', 'reactions', 'realtime', 'trpc', 'testing'];

const show = (list: Import[]) => list.map((i) => `${i.from} -> ${i.to}`);

describe('the house', () => {
  test('only a store, the transaction and the entry points reach the database', () => {
    const wrong = atRunTime.filter(
      (i) =>
        i.to.startsWith('db/') &&
        !i.from.startsWith('db/') &&
        !isStore(i.from) &&
        !/^server\/(kernel\/transaction|audit\/record)\.ts$/.test(i.from) &&
        !/^server\/(run|testing|realtime|jobs)\//.test(i.from),
    );
    expect(show(wrong)).toEqual([]);
  });

  test('arrows between domains go one way', () => {
    const wrong = atRunTime.filter((i) => {
      const from = domainOf(i.from);
      const to = domainOf(i.to);
      if (!from || !to || from === to || ABOVE.includes(from)) return false;
      const allowed = [...(ARROWS[from] ?? []), ...EVERYONE];
      return !allowed.some((a) => a === to || `server/${a}.ts` === i.to);
    });
    expect(show(wrong)).toEqual([]);
  });

  test('a pure file reaches only pure files and pure libraries', () => {
    const impure =
      /^(db\/|drizzle-orm|postgres$|next(\/|-auth|$)|react|pino|nodemailer|undici|server-only|client-only|node:(fs|net|http|https|tls|child_process|dns|os|worker_threads|timers))/;
    const wrong = atRunTime.filter(
      (i) =>
        i.from.startsWith('server/') &&
        !isShell(i.from) &&
        (impure.test(i.to) || (i.to.startsWith('server/') && isShell(i.to))),
    );
    expect(show(wrong)).toEqual([]);
  });

  test('components reach components, types and pure files only', () => {
    const wrong = atRunTime.filter(
      (i) =>
        i.from.startsWith('components/') &&
        (i.to.startsWith('db/') || i.to.startsWith('app/') || (i.to.startsWith('server/') && isShell(i.to))),
    );
    expect(show(wrong)).toEqual([]);
  });

  test('only the charts import the chart library', () => {
    expect(
      show(imports.filter((i) => i.to === 'lightweight-charts' && !i.from.startsWith('components/charts/'))),
    ).toEqual([]);
  });

  test('routers read from stores and write through actions', () => {
    const wrong = atRunTime.filter(
      (i) => i.from.startsWith('server/routers/') && (i.to.startsWith('db/') || i.to === 'drizzle-orm'),
    );
    expect(show(wrong)).toEqual([]);
  });

  test('there is no cycle', () => {
    const next = new Map<string, string[]>();
    for (const i of atRunTime) {
      if (!source.has(i.to)) continue;
      next.set(i.from, [...(next.get(i.from) ?? []), i.to]);
    }
    const done = new Set<string>();
    const cycles: string[] = [];
    const walk = (file: string, trail: string[]) => {
      const seen = trail.indexOf(file);
      if (seen >= 0) {
        cycles.push([...trail.slice(seen), file].join(' -> '));
        return;
      }
      if (done.has(file)) return;
      for (const to of next.get(file) ?? []) walk(to, [...trail, file]);
      done.add(file);
    };
    for (const file of next.keys()) walk(file, []);
    expect(cycles).toEqual([]);
  });

  test('an action that opens a transaction authorizes and records an event', () => {
    const wrong: string[] = [];
    for (const file of everyFile.filter((f) => isActions(f) && !isTest(f))) {
      const text = source.get(file)!;
      if (!text.includes('inTransaction(')) continue;
      for (const name of ['authorize', 'recordEvent'])
        if (!new RegExp(`\\b${name}\\w*\\(`).test(text)) wrong.push(`${file} never calls ${name}`);
    }
    expect(wrong).toEqual([]);
  });

  test('there are no barrels and no rooms without a meaning', () => {
    const wrong = everyFile.filter(
      (file) =>
        (/\/index\.tsx?$/.test(file) && file !== 'db/schema/index.ts') ||
        /\/(utils?|helpers?|misc|common|managers?)(\.|\/)/.test(file),
    );
    expect(wrong).toEqual([]);
  });

  test('SQL asks no clock but the one that can be moved', () => {
    const clock =
      /\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\(\)|\bcurrent_(timestamp|date|time)\b|defaultNow|defaultRandom/i;
    const wrong: string[] = [];
    for (const [file, text] of source) {
      if (isTest(file) || file.startsWith('app/') || file.startsWith('components/')) continue;
      const sqlTexts = file.startsWith('db/schema/')
        ? [text]
        : [...text.matchAll(/(?:sql|query|tx)(?:<[^`]*>)?`([^`]*)`/g)].map((m) => m[1]!);
      for (const sqlText of sqlTexts) {
        const plain = sqlText.replaceAll(/app\.(now|protocol_now)\(\)/g, '');
        if (clock.test(plain)) wrong.push(`${file}: ${clock.exec(plain)?.[0]}`);
      }
    }
    // The foundation defines the clock itself; nothing after it asks another.
    const migrations = readdirSync(path.join(root, 'db/migrations')).filter((f) => /^(?!0001_).*\.sql$/.test(f));
    for (const file of migrations) {
      const text = readFileSync(path.join(root, 'db/migrations', file), 'utf8');
      if (clock.test(text.replaceAll(/app\.(now|protocol_now)\(\)/g, ''))) wrong.push(`db/migrations/${file}`);
    }
    expect(wrong).toEqual([]);
  });

  test('each file of the schema stays under 200 lines', () => {
    expect(everyFile.filter((f) => f.startsWith('db/schema/') && source.get(f)!.split('\n').length > 200)).toEqual([]);
  });
});
