import type { Role } from '@/server/kernel/actor';

export type DemoPerson = { role: Role; name: string; email: string };

/** One person per role. They exist in demo databases only, and a real installation refuses them. */
export const DEMO_PEOPLE: DemoPerson[] = [
  { role: 'engineer', name: 'Emil Aas', email: 'emil@demo.example' },
  { role: 'quant', name: 'Qiu Yan', email: 'qiu@demo.example' },
  { role: 'risk-officer', name: 'Rosa Marín', email: 'rosa@demo.example' },
  { role: 'manager', name: 'Mary Okafor', email: 'mary@demo.example' },
  { role: 'board', name: 'Bo Lindqvist', email: 'bo@demo.example' },
  { role: 'admin', name: 'Ada Novak', email: 'ada@demo.example' },
  { role: 'viewer', name: 'Vera Santos', email: 'vera@demo.example' },
];

/** Printed by the demo and written in the README: it protects nothing but a demo on this machine. */
export const DEMO_PASSWORD = 'lighthouse at dusk';
