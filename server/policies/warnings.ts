import { assignRoles, type PersonFact, rolesText } from '../launch/approvals';
import { GATES } from '../launch/policy';
import { LEVELS } from '../notifications/routing';
import type { PolicyContent, PolicyKind } from './kinds';

/** Who and what is there to meet a policy: people by portfolio, and channels by the level they are told from. */
export type PolicyMeans = {
  portfolios: readonly { name: string; people: readonly PersonFact[] }[];
  channelLevels: ReadonlySet<number>;
};

/**
 * What enabled people or channels cannot meet of a policy, in words; nothing falls back to fewer. A gate is judged by
 * everybody who holds a role there: whoever proposes or runs a launch is left out of it and may make it harder still.
 */
export function unmetBy<K extends PolicyKind>(kind: K, content: PolicyContent[K], means: PolicyMeans): string[] {
  if (kind === 'approval') return unmetGates(content as PolicyContent['approval'], means);
  if (kind === 'escalation') return unheardLevels(content as PolicyContent['escalation'], means);
  return [];
}

function unmetGates({ gates }: PolicyContent['approval'], { portfolios }: PolicyMeans): string[] {
  return portfolios.flatMap(({ name, people }) =>
    GATES.filter((gate) => assignRoles(gates[gate].roles, people).some(({ person }) => person === null)).map(
      (gate) =>
        `${name}: no enabled people can meet ${gate.replace('-', ' ')}, which asks for ${rolesText(gates[gate].roles)}. Its gate stays shut.`,
    ),
  );
}

function unheardLevels(content: PolicyContent['escalation'], { channelLevels }: PolicyMeans): string[] {
  const rules = Object.values(content);
  const isAsked = [true, rules.some((rule) => rule.managementMinutes), rules.some((rule) => rule.boardMinutes)];
  return LEVELS.flatMap((level, index) =>
    isAsked[index] && !channelLevels.has(index)
      ? [`No enabled channel is told from the level ${level}: an escalation there reaches nobody new.`]
      : [],
  );
}
