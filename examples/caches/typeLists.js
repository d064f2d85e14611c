/** A plugin of GraphQL Code Generator: the two lists of types that a cache has to know, read from the schema. */

import { isAbstractType, isObjectType } from 'graphql';

const names = (types) => types.map(({ name }) => name);

export function plugin(schema) {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const roots = [schema.getQueryType(), schema.getMutationType()];
  const members = types.filter(isAbstractType).map((type) => [type.name, names(schema.getPossibleTypes(type))]);
  const withoutId = types.filter((type) => isObjectType(type) && !roots.includes(type) && !type.getFields().id);
  return `/** The object types behind each interface. */
export const possibleTypes = ${JSON.stringify(Object.fromEntries(members), null, 2)};

/** Object types without an id: each belongs to the object around it. */
export const embeddedTypes = ${JSON.stringify(names(withoutId), null, 2)};
`;
}
