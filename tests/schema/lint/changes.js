// Lists what changed between two schema files, breaking changes first: node tests/schema/lint/changes.js OLD NEW
// Exits 1 when a change breaks clients. Install it with: npm ci --prefix tests/schema/lint
import { CriticalityLevel, DiffRule, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";
import { readFileSync } from "node:fs";
import { argv, exit, stderr, stdout } from "node:process";

const { Breaking, Dangerous, NonBreaking } = CriticalityLevel;

// Clients generated from the old schema reject an unknown type behind an interface, such as a new error of a mutation,
// as they reject an unknown enum value. GraphQL Inspector takes only the latter for dangerous.
const newTypesAreDangerous = ({ changes, oldSchema }) =>
  changes.map((change) =>
    change.type === "OBJECT_TYPE_INTERFACE_ADDED" && oldSchema.getType(change.meta.addedInterfaceName)
      ? { ...change, criticality: { level: Dangerous } }
      : change,
  );

const files = argv.slice(2);
if (files.length !== 2) {
  stderr.write("usage: node changes.js OLD NEW\n");
  exit(2);
}
const [oldSchema, newSchema] = files.map((file) => buildSchema(readFileSync(file, "utf-8")));
const all = await diff(oldSchema, newSchema, [newTypesAreDangerous]);
const withoutMembersOfNewTypes = await diff(oldSchema, newSchema, [DiffRule.simplifyChanges]);
for (const [level, changes] of [[Breaking, all], [Dangerous, all], [NonBreaking, withoutMembersOfNewTypes]]) {
  for (const { message } of changes.filter(({ criticality }) => criticality.level === level)) {
    stdout.write(`${level.padEnd(NonBreaking.length)}  ${message.replaceAll(/\s+/g, " ")}\n`);
  }
}
exit(all.some(({ criticality }) => criticality.level === Breaking) ? 1 : 0);
