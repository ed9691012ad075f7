import type { ChannelFields, ChannelView } from '@/server/notifications/view';

/** What the form holds: everything as typed. */
export type ChannelValues = {
  kind: 'email' | 'webhook';
  name: string;
  host: string;
  port: string;
  security: 'none' | 'starttls' | 'tls';
  username: string;
  from: string;
  to: string;
  url: string;
  secret: string;
  level: string;
  minimumSeverity: ChannelFields['minimumSeverity'];
  portfolioId: string;
};

export const NEW_CHANNEL: ChannelValues = {
  kind: 'email',
  name: '',
  host: '',
  port: '587',
  security: 'starttls',
  username: '',
  from: '',
  to: '',
  url: '',
  secret: '',
  level: '0',
  minimumSeverity: 'low',
  portfolioId: '',
};

/** A channel as its form begins; its secret is never sent to the browser. */
export function valuesOf(channel: ChannelView): ChannelValues {
  const common = {
    ...NEW_CHANNEL,
    name: channel.name,
    level: String(channel.level),
    minimumSeverity: channel.minimumSeverity,
    portfolioId: channel.portfolioId ?? '',
  };
  if (channel.config?.kind === 'email') {
    const { host, port, security, username, from, to } = channel.config.config;
    return {
      ...common,
      kind: 'email',
      host,
      port: String(port),
      security,
      username: username ?? '',
      from,
      to: to.join(', '),
    };
  }
  if (channel.config?.kind === 'webhook') return { ...common, kind: 'webhook', url: channel.config.config.url };
  return common;
}

/** What is sent: addresses split at commas, empty choices left out. */
export function fieldsOf(values: ChannelValues): ChannelFields {
  const level = Number(values.level);
  return {
    name: values.name,
    target:
      values.kind === 'email'
        ? {
            kind: 'email',
            config: {
              host: values.host,
              port: Number(values.port),
              security: values.security,
              username: values.username || undefined,
              from: values.from.trim(),
              to: values.to
                .split(/[,;\s]+/)
                .map((address) => address.trim())
                .filter(Boolean),
            },
          }
        : { kind: 'webhook', config: { url: values.url.trim() } },
    secret: values.secret || undefined,
    level: level === 1 || level === 2 ? level : 0,
    minimumSeverity: values.minimumSeverity,
    portfolioId: values.portfolioId || null,
  };
}
