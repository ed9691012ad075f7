'use client';
import type { ScopeChoice } from '@/server/emergency/view';
import { formatCount } from '../engines/count-text';
import { Fieldset, RadioCard, Select } from '../ui/field';
import { Money } from '../ui/number';

export const scopeKey = (choice: Pick<ScopeChoice, 'kind' | 'portfolioId' | 'strategyId'>): string =>
  `${choice.kind}:${choice.strategyId ?? choice.portfolioId ?? ''}`;

const KIND_WORD = { strategy: 'Strategy', portfolio: 'Portfolio', firm: '' } as const;
export const scopeTitle = (choice: ScopeChoice): string =>
  choice.kind === 'firm' ? 'Firm' : `${KIND_WORD[choice.kind]}: ${choice.name}`;

const REACH = {
  strategy: 'The other strategies keep trading.',
  portfolio: 'All its strategies.',
  firm: 'All portfolios.',
} as const;

const many = (count: number, word: string) => `${formatCount(count)} ${word}${count === 1 ? '' : 's'}`;

/** Working orders, positions and their value, as the engines last reported; unknown systems are said. */
export function StandingLine({ choice, currency }: { choice: ScopeChoice; currency: string }) {
  const { workingOrders, positions, exposure, unknownEngines } = choice.counts;
  if (choice.steps.every((step) => step.systems.length === 0)) return <>no system is registered</>;
  return (
    <>
      {many(workingOrders, 'working order')}, {many(positions, 'position')}
      {positions > 0 && (
        <>
          , <Money value={exposure} currency={currency} />
        </>
      )}
      {unknownEngines.length > 0 && `; unknown at ${unknownEngines.join(', ')}`}
    </>
  );
}

type Props = { scopes: ScopeChoice[]; value: string; onChange: (key: string) => void; currency: string };

/** Cards at the desk; on a phone one list with what stands at the choice. */
export function ScopeCards({ scopes, value, onChange, currency }: Props) {
  const chosen = scopes.find((choice) => scopeKey(choice) === value);
  return (
    <Fieldset legend="1 · Scope">
      <div className="grid gap-2 phone:hidden">
        {scopes.map((choice) => (
          <RadioCard
            key={scopeKey(choice)}
            name="scope"
            value={scopeKey(choice)}
            checked={scopeKey(choice) === value}
            onChange={() => onChange(scopeKey(choice))}
            title={scopeTitle(choice)}
          >
            {REACH[choice.kind]} <StandingLine choice={choice} currency={currency} />
            {choice.open && `. ${choice.open.number} is open here: a press joins or raises it`}
          </RadioCard>
        ))}
      </div>
      <div className="grid gap-1 md:hidden">
        <Select aria-label="Scope" value={value} onChange={(event) => onChange(event.target.value)}>
          {scopes.map((choice) => (
            <option key={scopeKey(choice)} value={scopeKey(choice)}>
              {scopeTitle(choice)}
            </option>
          ))}
        </Select>
        {chosen && (
          <p className="text-xs text-ink-2">
            <StandingLine choice={chosen} currency={currency} />
            {chosen.open && `. ${chosen.open.number} is open here: a press joins or raises it`}
          </p>
        )}
      </div>
    </Fieldset>
  );
}
