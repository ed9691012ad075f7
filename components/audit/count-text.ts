/** `48,213`: entries are counted, never measured. */
export const countText = (count: number): string => count.toLocaleString('en-US');
