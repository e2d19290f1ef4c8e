// One query for each role, to begin with. All of them run without variables, in
// the demo and on any other database.
import admin from "./samples/admin.graphql?raw";
import institution from "./samples/institution.graphql?raw";
import partner from "./samples/partner.graphql?raw";
import supervisor from "./samples/supervisor.graphql?raw";

const samples: Record<string, string> = { admin, institution, partner, supervisor };

export function sampleOf(role: string): string {
  return samples[role] ?? "{ viewer { email role } }\n";
}
