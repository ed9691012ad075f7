'use client';
import type { GlyphName } from '../ui/glyph';

export type Found = { title: string; detail: string; href: string; glyph: GlyphName };

/** Things of the chosen portfolio that can be opened by name or number. */
export function useFound(): Found[] {
  return [];
}
