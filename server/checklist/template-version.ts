import { z } from 'zod';
import { contentHash } from '../audit/canonical';
import { ROLES } from '../kernel/actor';
import { EVIDENCE_KINDS, SECTIONS, TEMPLATE, TEMPLATE_VERSION, type TemplateRow } from './template';

const Row = z.object({
  number: z.number().int().positive(),
  section: z.enum(SECTIONS),
  text: z.string(),
  owner: z.enum(ROLES),
  critical: z.boolean(),
  evidence: z.array(z.enum(EVIDENCE_KINDS)),
  probes: z.array(
    z.object({
      kind: z.string(),
      params: z.record(z.string(), z.unknown()),
      required: z.enum(['always', 'when-configured', 'advisory']),
    }),
  ),
  dueDays: z.number().int(),
});

/** A version of the pre-launch checklist: every launch copies the newest when it is opened. */
export type Template = { version: number; items: readonly TemplateRow[] };

/** The template a stored row holds, or the one that ships. Throws on content this version of the product does not know. */
export const templateOf = (row: { version: number; items: unknown } | null): Template =>
  row ? { version: row.version, items: z.array(Row).parse(row.items) } : { version: TEMPLATE_VERSION, items: TEMPLATE };

export type AddedItem = Pick<TemplateRow, 'section' | 'text' | 'owner' | 'critical' | 'evidence' | 'dueDays'>;

/** The next version: the same items and one more, which people answer with evidence. */
export function withItem(template: Template, added: AddedItem): Template {
  const number = Math.max(0, ...template.items.map((item) => item.number)) + 1;
  return { version: template.version + 1, items: [...template.items, { ...added, number, probes: [] }] };
}

export const templateHash = ({ version, items }: Template): string => contentHash({ version, items });

/** Whether two items say the same thing, however it is spaced and written. */
export const hasText = ({ items }: Template, text: string): boolean => {
  const plain = (one: string) => one.trim().replace(/\s+/g, ' ').toLowerCase();
  return items.some((item) => plain(item.text) === plain(text));
};
