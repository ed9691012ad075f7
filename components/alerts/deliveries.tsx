import type { DeliveryView } from '@/server/alerts/view';
import { formatDuration } from '../ui/format';
import { Status } from '../ui/status';
import { Time } from '../ui/time';

const KIND: Record<string, string> = {
  email: 'Email',
  webhook: 'Webhook',
  slack: 'Slack',
  sms: 'SMS',
  pagerduty: 'PagerDuty',
  'web-push': 'Web push',
};

export const channelKindName = (kind: string): string => KIND[kind] ?? kind;

/** What became of one message, in its shape and word: waiting, sent, failed with the next try, dead. */
export function DeliveryStatus({ delivery }: { delivery: DeliveryView }) {
  const retry =
    delivery.retryInSeconds === null ? '' : `, next try in ${formatDuration(delivery.retryInSeconds * 1000)}`;
  switch (delivery.state) {
    case 'queued':
      return <Status kind="pending">Queued</Status>;
    case 'sending':
      return <Status kind="running">Sending</Status>;
    case 'delivered':
      return delivery.answeredAt ? <Status kind="acknowledged">Answered</Status> : <Status kind="delivered" />;
    case 'retrying':
      return <Status kind="failed">Failed{retry}</Status>;
    case 'dead':
      return <Status kind="failed">Not delivered</Status>;
    case 'dropped':
      return <Status kind="off">Not sent</Status>;
  }
}

/** Messages with their status, newest first. `withTitle` where they are about different things. */
export function Deliveries({ deliveries, withTitle = false }: { deliveries: DeliveryView[]; withTitle?: boolean }) {
  return (
    <ul aria-label="Deliveries">
      {deliveries.map((delivery) => (
        <li key={delivery.id} className="border-t border-line px-4 py-2 first:border-t-0">
          <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 md:grid-cols-[5rem_minmax(0,1fr)_auto_minmax(3.5rem,auto)]">
            <span className="font-medium">{channelKindName(delivery.channelKind)}</span>
            <span className="min-w-0 text-ink-2 wrap-anywhere phone:order-3 phone:col-span-2 phone:text-xs">
              {withTitle ? delivery.title : delivery.channelName}
            </span>
            <DeliveryStatus delivery={delivery} />
            <span className="text-right text-xs text-ink-3 phone:order-4 phone:col-span-2 phone:text-left">
              <Time at={delivery.deliveredAt ?? delivery.queuedAt} seconds bare />
            </span>
          </div>
          {(delivery.error || delivery.occasion || delivery.attempts > 1) && (
            <div className="text-xs text-ink-3">
              {[
                delivery.occasion,
                delivery.attempts > 1 ? `${delivery.attempts} attempts` : '',
                delivery.state === 'delivered' ? '' : (delivery.error ?? ''),
              ]
                .filter(Boolean)
                .join(' · ')}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
