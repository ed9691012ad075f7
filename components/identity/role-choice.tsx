'use client';
import { ROLE_LABEL, ROLES, type Role } from '@/server/kernel/actor';
import { usePortfolios } from '../shell/portfolio';
import { Field, Select } from '../ui/field';

export type RoleValue = { role: Role; portfolioId: string };

/** Where a role counts, in words. */
export function useScopeName(): (portfolioId: string | null) => string {
  const portfolios = usePortfolios();
  return (id) => (id === null ? 'whole firm' : (portfolios.find((one) => one.id === id)?.name ?? 'another portfolio'));
}

/** A role and where it counts: one portfolio or (empty text) the whole firm. */
export function RoleChoice({ value, onChange }: { value: RoleValue; onChange: (value: RoleValue) => void }) {
  const portfolios = usePortfolios();
  return (
    <div className="grid grid-cols-2 gap-3">
      <Field label="Role">
        <Select value={value.role} onChange={(event) => onChange({ ...value, role: event.target.value as Role })}>
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {ROLE_LABEL[role]}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="In">
        <Select value={value.portfolioId} onChange={(event) => onChange({ ...value, portfolioId: event.target.value })}>
          <option value="">The whole firm</option>
          {portfolios.map((portfolio) => (
            <option key={portfolio.id} value={portfolio.id}>
              {portfolio.name}
            </option>
          ))}
        </Select>
      </Field>
    </div>
  );
}
