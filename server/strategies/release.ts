import { z } from 'zod';
import { contentHash } from '../audit/canonical';

const Digest = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^sha256:[0-9a-f]{64}$/, 'A digest is "sha256:" and 64 hexadecimal digits, as your build prints it.');

/**
 * What is asked of a new release. The configuration comes as its digest, or as its JSON text, whose RFC 8785 form is
 * hashed and not kept: it may hold what others must not read.
 */
export const NewRelease = z
  .object({
    strategyId: z.uuid(),
    version: z
      .string()
      .trim()
      .min(1, 'Give the version its name.')
      .max(60)
      .regex(/^[\w.+-]+$/, 'Letters, digits, dots, plus and minus.')
      .refine(
        (version) => version.toLowerCase() !== 'latest',
        '"latest" is not a version: it changes under what was approved.',
      ),
    artefactDigest: Digest,
    configDigest: Digest.optional(),
    configuration: z.string().max(1_000_000, 'A configuration is at most 1 MB.').optional(),
    notes: z.string().trim().max(2000).default(''),
  })
  .superRefine((release, context) => {
    const given = [release.configDigest, release.configuration].filter((part) => part !== undefined && part !== '');
    if (given.length !== 1) {
      context.addIssue({
        code: 'custom',
        path: ['configDigest'],
        message: 'Give the digest of the configuration, or its JSON text.',
      });
    }
    if (release.configuration && jsonOf(release.configuration) === undefined) {
      context.addIssue({ code: 'custom', path: ['configuration'], message: 'This is not valid JSON.' });
    }
  });
export type NewRelease = z.infer<typeof NewRelease>;

export const ReleaseView = z.object({
  id: z.uuid(),
  strategyId: z.uuid(),
  version: z.string(),
  artefactDigest: z.string(),
  configDigest: z.string(),
  digest: z.string(),
  notes: z.string(),
  createdBy: z.uuid(),
  createdByName: z.string(),
  createdAt: z.date(),
});
export type ReleaseView = z.infer<typeof ReleaseView>;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `sha256:…` of a configuration: of its RFC 8785 text, so that key order and white space do not matter. */
export const configurationDigest = (text: string): string => `sha256:${contentHash(jsonOf(text))}`;

/**
 * Identity of a release: SHA-256 over the RFC 8785 text of strategy, version and both digests.
 * Approvals bind to it; the engine reports the artefact's digest and is compared with that.
 */
export const releaseDigest = (release: {
  strategyId: string;
  version: string;
  artefactDigest: string;
  configDigest: string;
}): string =>
  `sha256:${contentHash({
    strategyId: release.strategyId,
    version: release.version,
    artefactDigest: release.artefactDigest,
    configDigest: release.configDigest,
  })}`;
