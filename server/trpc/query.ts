import { z } from 'zod';
import { DomainError } from '../kernel/errors';

/** The query of a request's address by its schema. Throws INVALID with the fields; what is not named is refused. */
export function queryOf<Schema extends z.ZodObject>(request: Request, schema: Schema): z.infer<Schema> {
  const parsed = z.strictObject(schema.shape).safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (parsed.success) return parsed.data as z.infer<Schema>;
  const { fieldErrors, formErrors } = z.flattenError(parsed.error) as {
    fieldErrors: Record<string, string[]>;
    formErrors: string[];
  };
  const words = [...formErrors, ...Object.entries(fieldErrors).map(([field, messages]) => `${field}: ${messages[0]}`)];
  throw new DomainError('INVALID', words.join(' '), { data: { fields: fieldErrors } });
}
