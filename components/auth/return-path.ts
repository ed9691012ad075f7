/** Where to go after signing in: a path of this product, or the overview. Never another site. */
export function returnPath(from: string | null | undefined): string {
  if (
    !from?.startsWith('/') ||
    from.startsWith('//') ||
    from.includes('\\') ||
    from.startsWith('/login') ||
    from.startsWith('/setup')
  )
    return '/';
  return from;
}
