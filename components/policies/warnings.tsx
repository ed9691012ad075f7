import { Note } from '../ui/note';

/** What enabled people or channels cannot meet of a policy. */
export function Warnings({ warnings }: { warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <Note tone="warn" role="alert" title="This cannot be met as things stand">
      <ul className="list-disc pl-4">
        {warnings.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </Note>
  );
}
