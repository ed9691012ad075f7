import type { Gate } from '@/server/launch/policy';

/** How a gate is named on its card and on the button that uses it. */
export function gateLabel(gate: Gate): { title: string; verb: string; operation: string } {
  const [kind, number] = gate.split('-') as ['phase' | 'tranche', string];
  return kind === 'phase'
    ? { title: `Gate of phase ${number}`, verb: `Pass phase ${number}`, operation: 'phase.approve' }
    : { title: `Gate to ${number} %`, verb: `Promote to ${number} %`, operation: 'tranche.approve' };
}
