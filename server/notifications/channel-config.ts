import { z } from 'zod';

const HostName = z
  .string()
  .trim()
  .min(1, 'Name the mail server.')
  .max(253)
  .regex(/^[A-Za-z0-9.:[\]-]+$/, 'A host name or address only, without a scheme.');

/** Addresses of an e-mail channel that are no secret; the password of the mail server is boxed beside it. */
export const EmailConfig = z.object({
  host: HostName,
  port: z.number().int().min(1).max(65_535),
  /** `none` only for a mail server on a private network; `starttls` upgrades; `tls` from the first byte. */
  security: z.enum(['none', 'starttls', 'tls']),
  username: z.string().trim().max(200).optional(),
  from: z.email('An address such as alerts@example.com.'),
  to: z.array(z.email('Each receiver is an e-mail address.')).min(1, 'Name at least one receiver.').max(20),
});
export type EmailConfig = z.infer<typeof EmailConfig>;

/** Address of a signed webhook; its secret (`whsec_…`) is boxed beside it. */
export const WebhookConfig = z.object({
  url: z.url({ protocol: /^https?$/, error: 'An address that begins with https:// (or http://).' }).max(2000),
});
export type WebhookConfig = z.infer<typeof WebhookConfig>;

export const ChannelConfig = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('email'), config: EmailConfig }),
  z.object({ kind: z.literal('webhook'), config: WebhookConfig }),
]);
export type ChannelConfig = z.infer<typeof ChannelConfig>;

/** Where a channel leads, in a line without secrets: its receivers, or its host. */
export function targetText(kind: string, config: unknown): string {
  const parsed = ChannelConfig.safeParse({ kind, config });
  if (!parsed.success) return 'settings are incomplete';
  switch (parsed.data.kind) {
    case 'email':
      return parsed.data.config.to.join(', ');
    case 'webhook':
      return new URL(parsed.data.config.url).host;
  }
}
