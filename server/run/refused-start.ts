/** Why nothing was started, as the one sentence a person reads; the process then ends with exit code 1. */
export class RefusedStart extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'RefusedStart';
  }
}

/** The sentence for an error of the database driver: what could not be reached, and why. */
export function databaseSentence(error: unknown, address: string): string {
  const { code, message } = error as { code?: string; message?: string };
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'CONNECT_TIMEOUT':
    case 'CONNECTION_CLOSED':
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
      return `The database ${address} does not answer (${code}): start it, or correct DATABASE_URL.`;
    case '28P01':
    case '28000':
      return `The database ${address} refused the user or password (${code}): correct DATABASE_URL.`;
    case '3D000':
      return `The database ${address} does not exist: create it, or correct DATABASE_URL.`;
    default:
      return `The database ${address} cannot be used: ${message ?? String(error)}`;
  }
}
