import 'server-only';
import { z } from 'zod';
import { emergencyForm } from '../emergency/form-store';
import { addNote, setPinned } from '../emergency/note-actions';
import { closeUnopened, sendOpeningAgain } from '../emergency/opening-actions';
import { approveResume } from '../emergency/resume-actions';
import { EmergencyForm, EmergencySummary, EmergencyView, TimelineItem } from '../emergency/view';
import { emergencyList, emergencyTimeline, emergencyView } from '../emergency/view-store';
import { procedure, router } from '../trpc/init';

const One = z.object({ emergencyId: z.uuid() });

/** Starting is not here: `POST /api/emergency` answers without a database too. */
export const emergencyRouter = router({
  form: procedure('read')
    .input(z.object({ portfolioId: z.uuid() }))
    .output(EmergencyForm)
    .query(({ ctx, input }) => emergencyForm(ctx.actor, input.portfolioId)),
  list: procedure('read')
    .output(z.array(EmergencySummary))
    .query(({ ctx }) => emergencyList(ctx.actor)),
  byId: procedure('read')
    .input(One)
    .output(EmergencyView)
    .query(({ ctx, input }) => emergencyView(ctx.actor, input.emergencyId)),
  timeline: procedure('read')
    .input(One)
    .output(z.array(TimelineItem))
    .query(({ ctx, input }) => emergencyTimeline(ctx.actor, input.emergencyId)),
  note: procedure('alert.acknowledge')
    .input(One.extend({ text: z.string().trim().min(1, 'Write the note first.').max(2_000) }))
    .output(z.uuid())
    .mutation(({ ctx, input }) => addNote(ctx.actor, input)),
  pin: procedure('alert.acknowledge')
    .input(z.object({ noteId: z.uuid(), pinned: z.boolean() }))
    .output(z.void())
    .mutation(({ ctx, input }) => setPinned(ctx.actor, input)),
  resume: procedure('emergency.resume')
    .input(One.extend({ checked: z.array(z.string()).max(20), stepUp: z.string() }))
    .output(z.union([z.object({ kind: z.literal('may') }), z.object({ kind: z.literal('needs'), text: z.string() })]))
    .mutation(({ ctx, input }) => approveResume(ctx.actor, input)),
  sendOpeningAgain: procedure('emergency.resume')
    .input(One.extend({ engineId: z.uuid() }))
    .output(z.void())
    .mutation(({ ctx, input }) => sendOpeningAgain(ctx.actor, input)),
  closeUnopened: procedure('emergency.resume')
    .input(One.extend({ reason: z.string().trim().min(3, 'Say why it is closed now.').max(2_000) }))
    .output(z.void())
    .mutation(({ ctx, input }) => closeUnopened(ctx.actor, input)),
});
