/** A plugin of GraphQL Code Generator: what a cache has to know of the types, read from the schema. */

import { getNamedType, getNullableType, isAbstractType, isLeafType, isListType, isObjectType } from 'graphql';

const names = (types) => types.map(({ name }) => name);
const isListOfObjects = ({ type }) => isListType(getNullableType(type)) && !isLeafType(getNamedType(type));

export function plugin(schema) {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const roots = [schema.getQueryType(), schema.getMutationType()];
  const members = types.filter(isAbstractType).map((type) => [type.name, names(schema.getPossibleTypes(type))]);
  const objects = types.filter((type) => isObjectType(type) && !roots.includes(type));
  const withoutId = objects.filter((type) => !type.getFields().id);
  const lists = objects
    .filter((type) => type.getFields().id)
    .map((type) => [type.name, names(Object.values(type.getFields()).filter(isListOfObjects))])
    .filter(([, fields]) => fields.length > 0);
  return `/** The object types behind each interface. */
export const possibleTypes = ${JSON.stringify(Object.fromEntries(members), null, 2)};

/** Object types without an id: each belongs to the object around it. */
export const embeddedTypes = ${JSON.stringify(names(withoutId), null, 2)};

/** Fields with a list of objects, by the object type with an id that has them. */
export const listFields = ${JSON.stringify(Object.fromEntries(lists), null, 2)};
`;
}
