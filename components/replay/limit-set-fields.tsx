import { REPLAY_LIMITS } from '@/server/risk/replay/replay-limits';
import type { ReplaySet } from '@/server/risk/replay/replay-sets';
import { Field, Input, Select } from '../ui/field';
import { type ChosenSet, isCoefficient, LIMIT_WORDS, type Problems, type TypedLimits, typedOver } from './limit-form';

/** One limit set: a version of the product to begin with, and its hard limits, each of which may be typed over. */
export function LimitSetFields({
  label,
  sets,
  chosen,
  typed,
  problems,
  onChange,
}: {
  label: string;
  sets: readonly ReplaySet[];
  chosen: ChosenSet;
  /** What stands in the fields now. */
  typed: TypedLimits;
  problems: Problems;
  onChange: (chosen: ChosenSet) => void;
}) {
  const type = (over: Partial<TypedLimits>) => onChange({ source: 'own', typed: { ...typed, ...over } });
  return (
    <fieldset aria-label={label} className="grid grid-cols-2 gap-3">
      <Field label="Begin with" className="col-span-2">
        <Select value={chosen.source} onChange={(event) => onChange({ source: event.target.value, typed })}>
          {sets.map((set) => (
            <option key={set.id} value={set.id}>
              {set.name}
            </option>
          ))}
          <option value="defaults">Defaults</option>
          {chosen.source === 'own' && <option value="own">As typed</option>}
        </Select>
      </Field>
      {REPLAY_LIMITS.map((name) => (
        <LimitField
          key={name}
          label={`${LIMIT_WORDS[name]}${isCoefficient(name) ? '' : ', %'}`}
          value={typed[name]}
          problem={problems[name]}
          onType={(text) => type({ [name]: text })}
        />
      ))}
      {Object.entries(typed.instruments).map(([name, value]) => (
        <LimitField
          key={`of ${name}`}
          label={`Position ${name}, %`}
          value={value}
          problem={problems.instruments?.[name]}
          onType={(text) => type(typedOver(typed, name, text))}
        />
      ))}
    </fieldset>
  );
}

function LimitField({
  label,
  value,
  problem,
  onType,
}: {
  label: string;
  value: string;
  problem: string | undefined;
  onType: (text: string) => void;
}) {
  return (
    <Field label={label} error={problem}>
      <Input
        value={value}
        inputMode="decimal"
        autoComplete="off"
        className="text-right"
        onChange={(event) => onType(event.target.value)}
      />
    </Field>
  );
}
