/** As many calls as one request of a browser carries; the client sends more in several requests, the server refuses them. */
export const CALLS_AT_MOST = 20;
