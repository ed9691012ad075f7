import type { ItemView } from '@/server/checklist/view';
import { ROLE_LABEL, type Role } from '@/server/kernel/actor';
import { cx } from '../ui/cx';
import { shortHash } from '../ui/format';
import { Status } from '../ui/status';
import { Time } from '../ui/time';

/** Who attested what, the newest first; what was voided stays, struck, with who changed what. */
export function Signatures({ item }: { item: ItemView }) {
  if (item.signatures.length === 0) return null;
  return (
    <section aria-label="Signatures" className="grid gap-2">
      <h4 className="text-xs font-medium text-ink-2">Signatures</h4>
      <ul className="grid gap-2">
        {item.signatures.map((one) => (
          <li
            key={one.id}
            className={cx('border-l-2 pl-2.5', one.counts ? 'border-ok' : 'border-line-strong text-ink-3')}
          >
            <div className="flex flex-wrap items-baseline gap-x-2">
              <Status kind={one.counts ? 'signed' : 'voided'}>{one.counts ? 'Signed' : 'Void'}</Status>
              <span>
                {one.personName}, {ROLE_LABEL[one.role as Role]}
              </span>
              <span className="text-xs text-ink-3">
                <Time at={one.signedAt} withDate /> · {one.factor === 'totp' ? 'code' : one.factor} ·{' '}
                <span className={cx('mono', !one.counts && 'line-through')} title={one.contentHash}>
                  {shortHash(one.contentHash)}
                </span>
              </span>
            </div>
            {one.note && <p className="text-xs wrap-anywhere">“{one.note}”</p>}
            {one.voidReason ? (
              <p className="text-xs">{one.voidReason}</p>
            ) : (
              !one.counts && <p className="text-xs">The account or role of the signer is gone.</p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
