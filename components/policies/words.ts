import type { PolicyView } from '@/server/policies/view';

export const POLICY_WORDS: Record<PolicyView['kind'], { title: string; about: string }> = {
  approval: {
    title: 'Approvals of gates',
    about:
      'Whom each gate of a launch asks, each by a different person, never who proposed, ran or made what goes live. A new version voids approvals that were given under the old one.',
  },
  soak: {
    title: 'Soak of tranches',
    about: 'How long and how a tranche is held in continuous health before the next.',
  },
  escalation: {
    title: 'Escalation of alerts',
    about: 'When an alert that nobody acknowledges goes to the next level. An emergency tells everybody at once.',
  },
};
