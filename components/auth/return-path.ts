const HERE = 'https://here.invalid';

/** Where to go after signing in: a path of this product, or the overview. Never another site. */
export function returnPath(from: string | null | undefined): string {
  if (!from?.startsWith('/') || from.startsWith('/login') || from.startsWith('/setup')) return '/';
  // Read as a browser reads it: it drops tabs and line ends and takes a backslash for a slash.
  const read = URL.canParse(from, HERE) ? new URL(from, HERE) : null;
  if (read?.origin !== HERE || read.pathname.startsWith('//')) return '/';
  return read.pathname + read.search + read.hash;
}
