import { z } from 'zod';
import { ROLES, type Role } from '../kernel/actor';
import type { ProbeDefinition, ProbeStanding } from './probe';
import type { ItemState, SigningAnswer } from './rules';
import { EVIDENCE_KINDS, SECTIONS } from './template';
import type { WaiverState } from './waiver';

export type AttachmentView = {
  id: string;
  kind: 'text' | 'link' | 'file' | 'import';
  body: string;
  fileId: string | null;
  backtestId: string | null;
  digest: string;
  authorName: string;
  isYours: boolean;
  attachedAt: Date;
};

export type SignatureView = {
  id: string;
  personName: string;
  role: string;
  statement: string;
  note: string;
  contentHash: string;
  factor: string;
  signedAt: Date;
  voidedAt: Date | null;
  voidReason: string | null;
  counts: boolean;
};

export type WaiverView = {
  id: string;
  state: WaiverState;
  reason: string;
  contentHash: string;
  proposedByName: string;
  proposedAt: Date;
  expiresAt: Date;
  exemptProbes: string[];
  approvals: { name: string; role: string; at: string }[];
  why: string | null;
  answer: { may: true; role: Role; grants: boolean } | { may: false; why: string };
};

export type ProbeView = ProbeDefinition & {
  label: string;
  standing: ProbeStanding['state'];
  sentence: string;
  checkedAt: Date | null;
  freshUntil: Date | null;
  measurement: unknown;
};

export type ItemView = {
  id: string;
  number: number;
  section: string;
  text: string;
  ownerRole: Role;
  isCritical: boolean;
  evidenceKinds: string[];
  dueAt: Date | null;
  version: number;
  state: ItemState;
  isSatisfied: boolean;
  missing: string;
  who: string;
  signaturesNeeded: number;
  hash: string;
  statement: string;
  failed: { at: Date; why: string } | null;
  evidence: AttachmentView[];
  signatures: SignatureView[];
  waivers: WaiverView[];
  probes: ProbeView[];
  /** Whether the one who looks may sign it now, and what that does. */
  signing: SigningAnswer;
};

export type ChecklistPage = {
  launchId: string;
  number: string;
  name: string;
  version: string;
  portfolioId: string;
  releaseId: string;
  isClosed: boolean;
  templateVersion: number;
  asOf: Date;
  items: ItemView[];
  may: Record<'attach' | 'sign' | 'edit' | 'proposeWaiver' | 'approveWaiver', boolean>;
};

export const checklistPage = z.custom<ChecklistPage>();

const itemId = z.uuid();
const why = z.string().trim().min(3, 'Say why, for those who read it later.').max(2000);

export const Attach = z.discriminatedUnion('kind', [
  z.object({
    itemId,
    kind: z.literal('text'),
    body: z.string().trim().min(3, 'Write what shows that it is so.').max(20_000),
  }),
  z.object({
    itemId,
    kind: z.literal('link'),
    body: z.url({ protocol: /^https?$/, message: 'A link begins with https://.' }).max(2000),
  }),
  z.object({ itemId, kind: z.literal('file'), fileId: z.uuid('Choose a file.') }),
  z.object({ itemId, kind: z.literal('import'), backtestId: z.uuid('Choose an imported backtest.') }),
]);
export const SignOff = z.object({
  itemId,
  contentHash: z.string().length(64),
  note: z.string().trim().max(2000).default(''),
  stepUp: z.string().min(1, 'Give your second factor first.'),
});
export const WithWhy = z.object({ itemId, why });
export const EditItem = z.object({
  itemId,
  version: z.number().int(),
  text: z.string().trim().min(3, 'Say what must be true.').max(300).optional(),
  ownerRole: z.enum(ROLES).optional(),
  dueAt: z.coerce.date().optional(),
});
export const AddItem = z.object({
  launchId: z.uuid(),
  section: z.enum(SECTIONS),
  text: z.string().trim().min(3, 'Say what must be true.').max(300),
  ownerRole: z.enum(ROLES),
  isCritical: z.boolean(),
  evidenceKinds: z.array(z.enum(EVIDENCE_KINDS).exclude(['probe'])).min(1, 'Choose what may stand as evidence.'),
  dueAt: z.coerce.date().nullable(),
});
export const ConfigureProbe = z.object({
  itemId,
  version: z.number().int(),
  kind: z.string().max(60),
  params: z.record(z.string(), z.unknown()),
});
export const ProposeWaiver = z.object({
  itemId,
  reason: why,
  expiresAt: z.coerce.date({ error: 'Choose the day on which it ends.' }),
});
export const ApproveWaiver = z.object({
  waiverId: z.uuid(),
  contentHash: z.string().length(64),
  stepUp: z.string().min(1),
});
export const SettleWaiver = z.object({ waiverId: z.uuid(), why });

export const ProbeCount = z.object({ looked: z.number(), good: z.number(), bad: z.number(), unknown: z.number() });

/** The template a new launch copies. */
export const TemplateView = z.object({
  version: z.number(),
  items: z.array(
    z.object({
      number: z.number(),
      section: z.enum(SECTIONS),
      text: z.string(),
      owner: z.enum(ROLES),
      critical: z.boolean(),
      /** True for what this firm has added. */
      isOwn: z.boolean(),
    }),
  ),
  /** Why the one who looks may not add to it; null when they may. */
  refusal: z.string().nullable(),
});
export type TemplateView = z.infer<typeof TemplateView>;

export const ExtendTemplate = z.object({
  version: z.number().int(),
  section: z.enum(SECTIONS),
  text: z.string().trim().min(10, 'Say in a sentence what must be true.').max(300),
  owner: z.enum(ROLES).exclude(['viewer', 'board']),
  critical: z.boolean(),
  evidence: z.array(z.enum(EVIDENCE_KINDS).exclude(['probe'])).min(1, 'Choose what may stand as evidence.'),
  dueDays: z.coerce.number('Write a number of days.').int().min(1, 'At least a day.').max(365, 'At most a year.'),
});
