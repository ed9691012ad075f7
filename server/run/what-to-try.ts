/** A first walk through the demo: who does what, and where it is then to be seen. */
export const whatToTry = (appUrl: string): string => `
  What to try
  1. As Mary (Manager): the overview asks her to approve tranche 10 % of L-0003. Review it, sign with a code, promote it.
  2. As Rosa (Risk officer): Settings, Engines, "Replay the crash of 2008". Within two minutes a daily loss halts the Index
     portfolio; look at Risk and Alerts, and at the mail that was sent: ${appUrl}/demo/inbox
  3. As Emil (Engineer), on a phone or at the desk: Emergency, choose a scope, hold the red control. Two people resume.
  4. In the portfolio Trend (top left): its strategy wants 6 % of it in one fund, the check lets it have 5 %. Within some
     minutes the price carries it over that limit, and a cut waits for a decision on the risk page.`;
