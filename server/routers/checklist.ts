import 'server-only';
import { z } from 'zod';
import { attachEvidence, clearFailure, failItem, removeEvidence, signOff } from '../checklist/actions';
import { addItem, configureProbe, editItem } from '../checklist/edit-actions';
import { checkNow } from '../checklist/probe-actions';
import { extendTemplate } from '../checklist/template-actions';
import {
  AddItem,
  ApproveWaiver,
  Attach,
  ConfigureProbe,
  checklistPage,
  EditItem,
  ExtendTemplate,
  ProbeCount,
  ProposeWaiver,
  SettleWaiver,
  SignOff,
  TemplateView,
  WithWhy,
} from '../checklist/view';
import { checklistPageOf, itemTimeline, templateView } from '../checklist/view-store';
import { approveWaiver, proposeWaiver, rejectWaiver, revokeWaiver } from '../checklist/waiver-actions';
import { PROBES } from '../jobs/probe-registry';
import { timeline } from '../launch/view';
import { procedure, router } from '../trpc/init';

export const checklistRouter = router({
  page: procedure('read')
    .input(z.object({ launchId: z.uuid() }))
    .output(checklistPage)
    .query(({ ctx, input }) => checklistPageOf(PROBES, ctx.actor, input.launchId)),
  history: procedure('read')
    .input(z.object({ itemId: z.uuid() }))
    .output(timeline)
    .query(({ ctx, input }) => itemTimeline(ctx.actor, input.itemId)),
  template: procedure('read')
    .output(TemplateView)
    .query(({ ctx }) => templateView(ctx.actor)),
  extendTemplate: procedure('policy.edit')
    .input(ExtendTemplate)
    .output(z.object({ version: z.number() }))
    .mutation(({ ctx, input }) => extendTemplate(ctx.actor, input)),
  attach: procedure('checklist.attach')
    .input(Attach)
    .output(z.uuid())
    .mutation(({ ctx, input }) => attachEvidence(ctx.actor, input)),
  removeEvidence: procedure('checklist.attach')
    .input(z.object({ attachmentId: z.uuid() }))
    .output(z.void())
    .mutation(({ ctx, input }) => removeEvidence(ctx.actor, input.attachmentId)),
  signOff: procedure('checklist.sign')
    .input(SignOff)
    .output(z.object({ isComplete: z.boolean(), message: z.string() }))
    .mutation(({ ctx, input }) => signOff(ctx.actor, input)),
  fail: procedure('checklist.sign')
    .input(WithWhy)
    .output(z.void())
    .mutation(({ ctx, input }) => failItem(ctx.actor, input)),
  clearFailure: procedure('checklist.sign')
    .input(WithWhy)
    .output(z.void())
    .mutation(({ ctx, input }) => clearFailure(ctx.actor, input)),
  editItem: procedure('launch.edit')
    .input(EditItem)
    .output(z.void())
    .mutation(({ ctx, input }) => editItem(ctx.actor, input)),
  addItem: procedure('launch.edit')
    .input(AddItem)
    .output(z.uuid())
    .mutation(({ ctx, input }) => addItem(ctx.actor, input)),
  configureProbe: procedure('launch.edit')
    .input(ConfigureProbe)
    .output(z.void())
    .mutation(({ ctx, input }) => configureProbe(PROBES, ctx.actor, input)),
  checkNow: procedure('checklist.attach')
    .input(z.object({ itemId: z.uuid() }))
    .output(ProbeCount)
    .mutation(({ ctx, input }) => checkNow(PROBES, ctx.actor, input.itemId)),
  proposeWaiver: procedure('waiver.propose')
    .input(ProposeWaiver)
    .output(z.uuid())
    .mutation(({ ctx, input }) => proposeWaiver(ctx.actor, input)),
  approveWaiver: procedure('waiver.approve')
    .input(ApproveWaiver)
    .output(z.object({ isGranted: z.boolean() }))
    .mutation(({ ctx, input }) => approveWaiver(ctx.actor, input)),
  rejectWaiver: procedure('waiver.approve')
    .input(SettleWaiver)
    .output(z.void())
    .mutation(({ ctx, input }) => rejectWaiver(ctx.actor, input)),
  revokeWaiver: procedure('waiver.approve')
    .input(SettleWaiver)
    .output(z.void())
    .mutation(({ ctx, input }) => revokeWaiver(ctx.actor, input)),
});
