/** Whether PostgreSQL can keep a text in JSON: neither NUL nor half a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed();

/** What is said of a text that is not. */
export const NOT_STORABLE = 'holds a character that cannot be stored';
