import { expect, test } from 'vitest';
import { REACTIONS } from './registry';
import { SUBSCRIPTIONS } from './subscriptions';

test('every subscription has its reaction: a gate would wait for ever for one that nobody runs', () => {
  const registered = Object.fromEntries(REACTIONS.map((reaction) => [reaction.name, reaction.types]));
  expect(registered).toEqual(
    Object.fromEntries(Object.entries(SUBSCRIPTIONS).map(([name, types]) => [name, [...types]])),
  );
});
