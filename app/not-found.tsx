import type { Metadata } from 'next';
import { AuthFrame } from '@/components/auth/auth-frame';
import { ButtonLink } from '@/components/ui/button';

export const metadata: Metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <AuthFrame title="There is no such page" sub="It may have been removed, or you may not see its portfolio.">
      <div className="flex flex-wrap gap-2">
        <ButtonLink href="/" variant="primary">
          Go to the overview
        </ButtonLink>
        <ButtonLink href="/emergency" variant="danger-line" glyph="stop">
          Emergency
        </ButtonLink>
      </div>
    </AuthFrame>
  );
}
