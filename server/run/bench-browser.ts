/** A browser's side of HTTP without a browser: keeps cookies and says its origin. */
export class BenchBrowser {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly baseUrl: string) {}

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('origin', this.baseUrl);
    headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(`${this.baseUrl}${path}`, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';')[0]!.split(/=(.*)/s);
      this.cookies.set(name, value);
    }
    return response;
  }

  /** Calls a tRPC mutation and gives its data; throws with the answer when it fails. */
  async mutate<T>(procedure: string, input: unknown): Promise<T> {
    const response = await this.fetch(`/api/trpc/${procedure}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ json: input }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${procedure} answered ${response.status}: ${text.slice(0, 300)}`);
    return (JSON.parse(text) as { result: { data: { json: T } } }).result.data.json;
  }

  /** Password, TOTP, session: the three steps of the sign-in page. */
  async signIn(email: string, password: string, code: string): Promise<void> {
    const first = await this.mutate<{ ticket: string }>('identity.passwordStep', { email, password });
    const second = await this.mutate<{ ticket: string }>('identity.secondFactor', {
      ticket: first.ticket,
      kind: 'totp',
      code,
    });
    const { csrfToken } = (await (await this.fetch('/api/auth/csrf')).json()) as { csrfToken: string };
    const signed = await this.fetch('/api/auth/callback/credentials', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ticket: second.ticket, csrfToken, json: 'true' }),
    });
    if (!signed.ok) throw new Error(`the session answered ${signed.status}: ${(await signed.text()).slice(0, 300)}`);
  }
}
