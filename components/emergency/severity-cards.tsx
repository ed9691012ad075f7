import type { ReactNode } from 'react';
import { RadioCard } from '../ui/field';

type Severity = 'high' | 'critical';

const CARDS: readonly { severity: Severity; title: string; tone?: 'crit'; does: ReactNode }[] = [
  { severity: 'high', title: 'High', does: 'Stop new orders, cancel working orders, lock down. Positions stay open.' },
  {
    severity: 'critical',
    title: 'Critical',
    tone: 'crit',
    does: 'The same, and close all positions at market. Cannot be undone.',
  },
];

/** The two severities a person may start an emergency with, each with what it does. */
export function SeverityCards({ value, onChange }: { value: Severity; onChange: (severity: Severity) => void }) {
  return CARDS.map(({ severity, title, tone, does }) => (
    <RadioCard
      key={severity}
      name="severity"
      value={severity}
      tone={tone}
      checked={value === severity}
      onChange={() => onChange(severity)}
      title={title}
    >
      {does}
    </RadioCard>
  ));
}
