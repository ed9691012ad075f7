import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metadata } from 'next';
import { Columns, PageHeader, Region } from '@/components/ui/page';
import { Facts } from '@/components/ui/stat';
import manifest from '@/package.json';

export const metadata: Metadata = { title: 'About' };

const LIBRARIES = [
  'next',
  'react',
  '@trpc/server',
  'drizzle-orm',
  'lightweight-charts',
  'decimal.js',
  '@simplewebauthn/server',
] as const;

const outside = 'text-run underline underline-offset-3';

export default async function AboutPage() {
  const notice = await readFile(join(process.cwd(), 'NOTICE'), 'utf8');
  return (
    <>
      <PageHeader title="About" />
      <Columns count={2}>
        <Region title="Going Live">
          <Facts
            items={[
              { name: 'Version', value: manifest.version },
              { name: 'Licence', value: manifest.license },
              ...LIBRARIES.map((name) => ({ name, value: manifest.dependencies[name] })),
            ]}
          />
        </Region>
        <Region title="Notices">
          <p className="max-w-[74ch]">
            Charts by{' '}
            <a href="https://www.tradingview.com/" className={outside} rel="noreferrer">
              TradingView Lightweight Charts™
            </a>
            , Copyright © TradingView, Inc., under the Apache License 2.0.
          </p>
          <pre className="mt-3 max-w-full overflow-x-auto whitespace-pre-wrap text-ink-2">{notice}</pre>
        </Region>
      </Columns>
    </>
  );
}
