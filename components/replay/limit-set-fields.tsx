import { REPLAY_LIMITS } from '@/server/risk/replay/replay-limits';
import { Field, Input } from '../ui/field';
import { isCoefficient, LIMIT_WORDS, type TypedLimits } from './limit-form';

/** The five hard limits of one set. */
export function LimitSetFields({
  label,
  typed,
  problems,
  onChange,
}: {
  label: string;
  typed: TypedLimits;
  problems: Partial<TypedLimits>;
  onChange: (typed: TypedLimits) => void;
}) {
  return (
    <fieldset aria-label={label} className="grid grid-cols-2 gap-3">
      {REPLAY_LIMITS.map((name) => (
        <Field key={name} label={`${LIMIT_WORDS[name]}${isCoefficient(name) ? '' : ', %'}`} error={problems[name]}>
          <Input
            value={typed[name]}
            inputMode="decimal"
            autoComplete="off"
            className="text-right"
            onChange={(event) => onChange({ ...typed, [name]: event.target.value })}
          />
        </Field>
      ))}
    </fieldset>
  );
}
