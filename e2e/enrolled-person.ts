import { ROLES, type Role } from '../server/kernel/actor';
import { personFixture } from '../server/testing/people';

// A program of its own: server code needs the `react-server` condition, which the browser runner does not set.
const role = ROLES.find((known): known is Role => known === process.argv[2]);
if (!role) throw new Error('usage: enrolled-person <role>');
const person = await personFixture(role);
console.log(
  JSON.stringify({ id: person.id, email: person.email, totpSecret: person.totpSecret, cookie: await person.cookie() }),
);
process.exit(0);
