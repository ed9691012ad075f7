import type { Action } from '../identity/permissions';

/** Procedures that need no session: signing in, first run, and single-use links. */
export const OPEN_TO_ANYONE = [
  'alerts.behindLink',
  'identity.acceptInvitation',
  'identity.beginEnrolment',
  'identity.beginPasskeyEnrolment',
  'identity.confirmEnrolment',
  'identity.confirmPasskeyEnrolment',
  'identity.createFirstAdmin',
  'identity.firstRun',
  'identity.invitation',
  'identity.passkeySignIn',
  'identity.passkeySignInOptions',
  'identity.passwordStep',
  'identity.secondFactor',
];

/** Changes that a locked session may still make: acknowledge, start an emergency, and what unlocks or ends it. */
export const CHANGES_WHILE_LOCKED = [
  'alerts.acknowledge',
  'identity.signOut',
  'identity.stepUpPasskeyOptions',
  'identity.touch',
  'identity.unlock',
];

/**
 * What every other procedure takes, by its path. Written by hand from the table of roles and actions, so that a
 * procedure guarded by the wrong action, or a new one that nobody thought about, fails the access test.
 */
export const ACCESS: Record<string, Action> = {
  'alerts.acknowledge': 'alert.acknowledge',
  'alerts.byId': 'read',
  'alerts.list': 'read',
  'alerts.silence': 'alert.silence',
  'alerts.testChannel': 'channel.manage',
  'alerts.unacknowledge': 'alert.acknowledge',
  'alerts.unsilence': 'alert.silence',
  'apiKeys.approve': 'key.manage',
  'apiKeys.contentHash': 'key.manage',
  'apiKeys.create': 'key.manage',
  'apiKeys.list': 'key.manage',
  'apiKeys.revoke': 'key.manage',
  'apiKeys.rotate': 'key.manage',
  'audit.entry': 'audit.verify',
  'audit.overview': 'audit.verify',
  'audit.page': 'audit.verify',
  'audit.verify': 'audit.verify',
  'channels.create': 'channel.manage',
  'channels.deliveries': 'read',
  'channels.edit': 'channel.manage',
  'channels.list': 'read',
  'channels.rotateSecret': 'channel.manage',
  'channels.setEnabled': 'channel.manage',
  'evidence.approve': 'baseline.approve',
  'evidence.backtest': 'read',
  'evidence.ofRelease': 'read',
  'evidence.propose': 'baseline.approve',
  'evidence.readAgain': 'evidence.import',
  'evidence.reject': 'baseline.approve',
  'identity.addPasskey': 'self.manage',
  'identity.beginPasskey': 'self.manage',
  'identity.beginTotpChange': 'self.manage',
  'identity.changePassword': 'self.manage',
  'identity.confirmTotpChange': 'self.manage',
  'identity.factors': 'self.manage',
  'identity.me': 'self.manage',
  'identity.removePasskey': 'self.manage',
  'identity.renewRecoveryCodes': 'self.manage',
  'identity.revokeOtherSessions': 'self.manage',
  'identity.revokeSession': 'self.manage',
  'identity.sessions': 'self.manage',
  'identity.signOut': 'self.manage',
  'identity.stepUp': 'self.manage',
  'identity.stepUpPasskeyOptions': 'self.manage',
  'identity.touch': 'self.manage',
  'identity.unlock': 'self.manage',
  'people.approveRole': 'people.manage',
  'people.askForRole': 'people.manage',
  'people.disable': 'people.manage',
  'people.enable': 'people.invite',
  'people.invite': 'people.invite',
  'people.list': 'read',
  'people.rejectRole': 'people.manage',
  'people.renewInvitation': 'people.invite',
  'people.revokeRole': 'people.manage',
  'people.unlockFactors': 'people.invite',
  'portfolios.calendars': 'read',
  'portfolios.create': 'portfolio.manage',
  'portfolios.list': 'read',
  'realtime.changes': 'read',
  'strategies.byId': 'read',
  'strategies.change': 'strategy.edit',
  'strategies.createRelease': 'strategy.edit',
  'strategies.engines': 'read',
  'strategies.list': 'read',
  'strategies.register': 'strategy.edit',
  'strategies.release': 'read',
  'strategies.releases': 'read',
};

/**
 * How a route of its own proves who calls: `anyone` tells nothing and changes nothing without a token of its own; `key` by
 * an API key; `session` by a session; `either` by one of the two; `secret` by the cron secret or metrics token;
 * `signature` by an engine's signature; `framework` is next-auth's and tRPC's, tested procedure by procedure.
 */
export type Guard = 'anyone' | 'key' | 'session' | 'either' | 'secret' | 'signature' | 'framework';

/** Every route below app/api. A new one that is not here fails the access test. */
export const ROUTES: Record<string, Guard> = {
  'auth/[...nextauth]': 'framework',
  'cron/[job]': 'secret',
  'health/live': 'anyone',
  'health/ready': 'anyone',
  metrics: 'secret',
  'trpc/[trpc]': 'framework',
  'v1/acknowledge': 'anyone',
  'v1/engines/[engineId]/reports': 'signature',
  'v1/evidence': 'either',
  'v1/evidence/files': 'either',
  'v1/evidence/files/[fileId]': 'either',
};
