import { ButtonLink } from '../ui/button';
import { PageHeader } from '../ui/page';
import { EmptyState } from '../ui/states';

/** A page about a portfolio, where there is none yet, or none this person may see. */
export function NoPortfolio({ title }: { title: string }) {
  return (
    <>
      <PageHeader title={title} />
      <div className="flex-1 bg-surface px-4 py-3.5">
        <EmptyState
          title="There is no portfolio to show."
          action={<ButtonLink href="/settings/portfolios">Portfolios</ButtonLink>}
        >
          A portfolio is an account with its currency, time zone and calendar. Create the first one in the settings; its
          engine then sends snapshots with an API key.
        </EmptyState>
      </div>
    </>
  );
}
