import 'server-only';
import { z } from 'zod';
import {
  abortLaunch,
  addNote,
  demoteLaunch,
  finishLaunch,
  holdLaunch,
  openLaunch,
  releaseHold,
} from '../launch/actions';
import { launchChoices } from '../launch/choice-store';
import { decideGate, passGate } from '../launch/gate-actions';
import {
  AddStep,
  ByLaunch,
  CloseReview,
  Decide,
  EditStep,
  NewLaunch,
  Note,
  Override,
  RecordStep,
  StartPhase,
  UseGate,
  WithNote,
  WithReason,
} from '../launch/inputs';
import { closeOverrideReview, overrideGate } from '../launch/override-actions';
import { recordStep, startPhase } from '../launch/phase-actions';
import { addStep, editStep, removeStep } from '../launch/runbook-actions';
import { LaunchChoice, launchList, launchPage, timeline } from '../launch/view';
import { launchPageOf, launchRows, launchTimeline } from '../launch/view-store';
import { procedure, router } from '../trpc/init';

const Message = z.object({ message: z.string() });

export const launchesRouter = router({
  list: procedure('read')
    .output(launchList)
    .query(({ ctx }) => launchRows(ctx.actor)),
  page: procedure('read')
    .input(ByLaunch)
    .output(launchPage)
    .query(({ ctx, input }) => launchPageOf(ctx.actor, input.launchId)),
  timeline: procedure('read')
    .input(ByLaunch)
    .output(timeline)
    .query(({ ctx, input }) => launchTimeline(ctx.actor, input.launchId)),
  choices: procedure('read')
    .output(z.array(LaunchChoice))
    .query(({ ctx }) => launchChoices(ctx.actor)),
  open: procedure('launch.edit')
    .input(NewLaunch)
    .output(z.object({ id: z.uuid(), number: z.string() }))
    .mutation(({ ctx, input }) => openLaunch(ctx.actor, input)),
  hold: procedure('launch.demote')
    .input(WithReason)
    .output(z.void())
    .mutation(({ ctx, input }) => holdLaunch(ctx.actor, input)),
  release: procedure('breach.decide')
    .input(WithReason)
    .output(z.void())
    .mutation(({ ctx, input }) => releaseHold(ctx.actor, input)),
  abort: procedure('launch.demote')
    .input(WithReason)
    .output(z.void())
    .mutation(({ ctx, input }) => abortLaunch(ctx.actor, input)),
  finish: procedure('launch.promote')
    .input(WithNote)
    .output(z.void())
    .mutation(({ ctx, input }) => finishLaunch(ctx.actor, input)),
  note: procedure('launch.edit')
    .input(Note)
    .output(z.void())
    .mutation(({ ctx, input }) => addNote(ctx.actor, input)),
  startPhase: procedure('launch.promote')
    .input(StartPhase)
    .output(z.void())
    .mutation(({ ctx, input }) => startPhase(ctx.actor, input)),
  recordStep: procedure('runbook.record')
    .input(RecordStep)
    .output(z.object({ runId: z.uuid(), phase: z.string(), repeated: z.boolean() }))
    .mutation(({ ctx, input }) => recordStep(ctx.actor, input)),
  editStep: procedure('launch.edit')
    .input(EditStep)
    .output(z.void())
    .mutation(({ ctx, input }) => editStep(ctx.actor, input)),
  addStep: procedure('launch.edit')
    .input(AddStep)
    .output(z.uuid())
    .mutation(({ ctx, input }) => addStep(ctx.actor, input)),
  removeStep: procedure('launch.edit')
    .input(z.object({ stepId: z.uuid() }))
    .output(z.void())
    .mutation(({ ctx, input }) => removeStep(ctx.actor, input.stepId)),
  decide: procedure('phase.approve')
    .input(Decide)
    .output(z.void())
    .mutation(({ ctx, input }) => decideGate(ctx.actor, input)),
  useGate: procedure('launch.promote')
    .input(UseGate)
    .output(Message)
    .mutation(({ ctx, input }) => passGate(ctx.actor, input)),
  override: procedure('launch.break-glass')
    .input(Override)
    .output(Message)
    .mutation(({ ctx, input }) => overrideGate(ctx.actor, input)),
  closeReview: procedure('incident.close')
    .input(CloseReview)
    .output(z.void())
    .mutation(({ ctx, input }) => closeOverrideReview(ctx.actor, input)),
  demote: procedure('launch.demote')
    .input(WithReason)
    .output(Message)
    .mutation(({ ctx, input }) => demoteLaunch(ctx.actor, input)),
});
