import { type StepAction, stepKind } from './plan';

type Facts = Record<string, unknown>;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** One event of an emergency in words, for the timeline. */
export function timelineTitle(type: string, data: Facts): string {
  const step = text(data.action) ? stepKind(text(data.action) as StepAction)?.title : '';
  const at = `${text(data.engineName)}: ${step.toLowerCase()}`;
  switch (type) {
    case 'emergency.started':
      return `${data.isDrill ? 'Drill' : 'Emergency'} started for ${text(data.scopeName)}, ${text(data.severity)}: ${text(data.reason)}`;
    case 'emergency.joined':
      return `Joined: ${text(data.reason)}`;
    case 'emergency.upgraded':
      return `Raised from ${text(data.from)} to ${text(data.to)}: ${text(data.reason)}`;
    case 'emergency.taken-in':
      return `Taken in by ${text(data.by)}, which stops more`;
    case 'emergency.step-running':
      return data.attempts ? `${at}, in work${data.remaining ? `, ${text(data.remaining)}` : ''}` : `${at} begins`;
    case 'emergency.step-acknowledged':
      return `${at} acknowledged, ${text(data.remaining) || 'not yet verified'}`;
    case 'emergency.step-verified':
      return `${at} verified${Number(data.attempts) > 1 ? `, asked ${data.attempts} times, one effect` : ''}`;
    case 'emergency.step-unknown':
      return `${at} unknown. ${text(data.error)}`;
    case 'emergency.step-failed':
      return `${at} failed. ${text(data.error)}`;
    case 'emergency.stopped':
      return 'Stopped: every step is verified by its systems';
    case 'emergency.ended-partial':
      return 'Ended partial: not everything is verified';
    case 'emergency.reopened':
      return 'Running again';
    case 'emergency.resume-approved':
      return `Signed the resume as ${text(data.role).replace('-', ' ')}`;
    case 'emergency.resumed':
      return 'Trading resumes: the halt is lifted, the systems are told to open';
    case 'emergency.opening-stuck':
      return text(data.sentence);
    case 'emergency.opening-sent-again':
      return `Sent again with the same key. Before: ${text(data.sentence)}`;
    case 'emergency.closed':
      if (data.reason) return `Closed by hand, not every system had confirmed: ${text(data.reason)}`;
      return 'Closed: every system has confirmed that it is open';
    case 'notification.delivered':
      return `Told ${text(data.channel)}: ${text(data.title)}`;
    case 'notification.dead':
      return `Could not tell ${text(data.channel)}: ${text(data.title)}${data.error ? `. ${text(data.error)}` : ''}`;
    case 'emergency.noted':
      return text(data.text);
    default:
      return type.replace(/^emergency\./, '').replaceAll('-', ' ');
  }
}
