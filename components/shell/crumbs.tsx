'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useEffect, useState } from 'react';
import { placeOf } from './navigation';

const SUFFIX = ' · Going Live';

// The page's own title is its last crumb, so that neither can say something the other does not.
function useTitle(pathname: string): string | null {
  const [title, setTitle] = useState<{ pathname: string; text: string } | null>(null);
  useEffect(() => {
    const read = () => setTitle({ pathname, text: document.title.replace(SUFFIX, '') });
    read();
    const observer = new MutationObserver(read);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [pathname]);
  return title?.pathname === pathname ? title.text : null;
}

/** Where this page is: its place, then itself. */
export function Crumbs() {
  const pathname = usePathname();
  const place = placeOf(pathname);
  const title = useTitle(pathname);
  const isPlace = !place || pathname === place.href || title === null || title === place.label;
  return (
    <nav aria-label="Where you are" className="flex min-w-0 flex-1 items-center gap-1.5 font-medium">
      {place && isPlace && <span className="truncate">{place.label}</span>}
      {!place && <span className="truncate">{title}</span>}
      {place && !isPlace && (
        <>
          <Link href={place.href} className="flex-none font-normal text-ink-3 phone:min-h-11 phone:content-center">
            {place.label}
          </Link>
          <span className="font-normal text-ink-3" aria-hidden="true">
            /
          </span>
          <span className="truncate">{title}</span>
        </>
      )}
    </nav>
  );
}
