'use client';
import { FormProvider, useForm } from 'react-hook-form';
import type { SeriesChoice } from '@/server/evidence/model';
import { Button } from '../ui/button';
import { Note } from '../ui/note';
import { choiceFrom, type ReadingValues, valuesOf } from './reading-choice';
import { ReadingFields } from './reading-fields';
import type { Refusal } from './send-file';

/** A file that was refused, in the server's words; a table can be sent again read in another way, a broken line the same way. */
export function RefusedFile({
  file,
  refusal,
  onSend,
}: {
  file: File;
  refusal: Refusal;
  onSend: (choice: SeriesChoice) => void;
}) {
  const { words, reading, mayRepeat, choice } = refusal;
  return (
    <>
      <Note
        tone="high"
        role="alert"
        title={words}
        action={mayRepeat && !reading && <Button onClick={() => onSend(choice)}>Send again</Button>}
      >
        {file.name}. Nothing was kept.
      </Note>
      {reading && <ReadDifferently reading={reading} name={file.name} onSend={onSend} />}
    </>
  );
}

function ReadDifferently({
  reading,
  name,
  onSend,
}: {
  reading: NonNullable<Refusal['reading']>;
  name: string;
  onSend: (choice: SeriesChoice) => void;
}) {
  const form = useForm<ReadingValues>({ defaultValues: valuesOf(reading) });
  return (
    <FormProvider {...form}>
      <form
        aria-label={`Read ${name} differently`}
        noValidate
        onSubmit={form.handleSubmit((values) => onSend(choiceFrom(values)))}
        className="grid max-w-150 gap-4"
      >
        <ReadingFields reading={reading} />
        <div>
          <Button type="submit" variant="primary">
            Send again
          </Button>
        </div>
      </form>
    </FormProvider>
  );
}
