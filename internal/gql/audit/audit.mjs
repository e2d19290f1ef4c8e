// Audits the GraphQL server at the address given against the GraphQL-over-HTTP specification, prints what it found,
// and fails when a MUST or a SHOULD is not kept, or more than one MAY.
import { serverAudits } from 'graphql-http';

const url = process.argv[2];
if (!url) {
  console.error('usage: node audit.mjs <url>');
  process.exit(2);
}

const allowed = { MUST: 0, SHOULD: 0, MAY: 1 };
const seen = {};
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const level = audit.name.split(' ')[0];
  seen[level] ??= { all: 0, good: 0 };
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
  failed ||= !(level in allowed) || all - good > allowed[level];
}
process.exit(failed ? 1 : 0);
