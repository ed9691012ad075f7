import { TRPCClientError } from '@trpc/client';
import { createFormControl, type UseFormReturn } from 'react-hook-form';
import { expect, test } from 'vitest';
import { useSubmit } from './use-submit';

/** `days` stands for what a form holds without a control of its own. */
type Values = { winRate: string; seconds: string; days?: number };

/** A form as a page holds it, without the page: what it was told is read back from its control. */
function formOf(values: Values = { winRate: '', seconds: '' }) {
  const made = createFormControl<Values>({ defaultValues: values });
  const form = {
    ...made,
    get formState() {
      return made.control._formState;
    },
  } as unknown as UseFormReturn<Values>;
  form.register('winRate', { required: 'Give a win rate.' });
  form.register('seconds');
  return form;
}
const refusal = (fields: Record<string, string[]>) =>
  TRPCClientError.from({ error: { message: 'Some fields need another look.', code: -32600, data: { fields } } });

test('a form refused for a name it does not have sends again at the next press', async () => {
  const form = formOf({ winRate: '1.5', seconds: '' });
  const sent: string[] = [];
  const { submit } = useSubmit(form, ({ winRate }) => {
    sent.push(winRate);
    if (winRate === '1.5') throw refusal({ assume: ['Give a fraction.'] });
  });
  await submit();
  expect(form.formState.errors.root?.server?.message).toBe('Some fields need another look. Assume: Give a fraction.');
  form.setValue('winRate', '0.55');
  await submit();
  expect(sent).toEqual(['1.5', '0.55']);
  expect(form.formState.errors).toEqual({});
});

test('a refusal of a value without a control does not hold the next press back', async () => {
  const form = formOf({ winRate: '0.5', seconds: '', days: 400 });
  const sent: unknown[] = [];
  const send = ({ days }: Values) => {
    sent.push(days);
    if (days === 400) throw refusal({ expiresAt: ['A year at most.'] });
  };
  const { submit } = useSubmit(form, send, { expiresAt: 'days' });
  await submit();
  expect(form.formState.errors.days?.message).toBe('A year at most.');
  form.setValue('days', 90);
  await submit();
  expect(sent).toEqual([400, 90]);
});

test('a refusal leaves what was typed and names the field, also under another name', async () => {
  const form = formOf({ winRate: '0.5', seconds: 'many' });
  const send = () => Promise.reject(refusal({ durationMs: ['Give seconds.'] }));
  await useSubmit(form, send, { durationMs: 'seconds' }).submit();
  expect(form.formState.errors.seconds?.message).toBe('Give seconds.');
  expect(form.getValues()).toEqual({ winRate: '0.5', seconds: 'many' });
});

test('a second press while one is under way sends nothing, whichever button it was', async () => {
  const form = formOf({ winRate: '0.5', seconds: '' });
  const sent: string[] = [];
  let answer = () => {};
  const first = useSubmit(form, () => {
    sent.push('size');
    return new Promise<void>((resolve) => {
      answer = resolve;
    });
  });
  const second = useSubmit(form, () => sent.push('reserve'));
  const underWay = first.submit();
  await Promise.all([first.submit(), second.submit()]);
  await new Promise((next) => setImmediate(next));
  expect(sent).toEqual(['size']);
  answer();
  await underWay;
  await second.submit();
  expect(sent).toEqual(['size', 'reserve']);
});

test("what the form's own rules refuse is not sent", async () => {
  const form = formOf();
  const sent: Values[] = [];
  await useSubmit(form, (values) => sent.push(values)).submit();
  expect(sent).toEqual([]);
  expect(form.formState.errors.winRate?.message).toBe('Give a win rate.');
});
