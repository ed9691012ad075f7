/** A percent-encoded text as it was meant; null where it is none, which `decodeURIComponent` throws at. */
export function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
