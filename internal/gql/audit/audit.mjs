// Audits the GraphQL server at the address given against the GraphQL-over-HTTP specification, prints what it found,
// and fails when a MUST or a SHOULD is not kept, more than one MAY, or when audits are missing.
import { serverAudits } from 'graphql-http';

const url = process.argv[2];
if (!url) {
  console.error('usage: node audit.mjs <url>');
  process.exit(2);
}

const needed = { MUST: [13, 13], SHOULD: [23, 23], MAY: [24, 25] }; // kept, of so many
const seen = Object.fromEntries(Object.keys(needed).map((level) => [level, { all: 0, good: 0 }]));
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const level = audit.name.split(' ')[0];
  seen[level].all++;
  const result = await audit.fn();
  if (result.status === 'ok') {
    seen[level].good++;
  } else {
    console.log(`${result.status} ${audit.id} ${audit.name}: ${result.reason}`);
  }
}
let failed = false;
for (const [level, { all, good }] of Object.entries(seen)) {
  console.log(`${level} ${good}/${all}`);
  failed ||= good < needed[level][0] || all !== needed[level][1];
}
process.exit(failed ? 1 : 0);
