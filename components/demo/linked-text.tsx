import { Fragment } from 'react';

/** Text as it came, its addresses as links; those of this installation open here. */
export function LinkedText({ text }: { text: string }) {
  let at = 0;
  return (
    <div className="whitespace-pre-wrap wrap-anywhere">
      {text
        .split(/(https?:\/\/\S+)/g)
        .filter(Boolean)
        .map((piece) => {
          at += piece.length;
          return /^https?:\/\//.test(piece) ? (
            <a key={at} href={piece} className="text-run underline underline-offset-3">
              {piece}
            </a>
          ) : (
            <Fragment key={at}>{piece}</Fragment>
          );
        })}
    </div>
  );
}
