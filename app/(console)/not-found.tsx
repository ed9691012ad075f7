import { ButtonLink } from '@/components/ui/button';
import { PageHeader, Region } from '@/components/ui/page';

export default function NotFoundHere() {
  return (
    <>
      <PageHeader title="Not found" />
      <Region title="There is nothing at this address">
        <p className="max-w-[74ch] text-ink-2">It may have been removed, or you may not see its portfolio.</p>
        <div className="mt-2.5">
          <ButtonLink href="/">Go to the overview</ButtonLink>
        </div>
      </Region>
    </>
  );
}
