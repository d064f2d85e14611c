"""A plugin for ariadne-codegen: enums that take the values of a later gateway.

Without it one new value makes the whole answer unreadable, be it the one that names the orders just placed.
"""

import ast

from ariadne_codegen.plugins.base import Plugin
from graphql import GraphQLEnumType

TAKES_LATER_VALUES = """
@classmethod
def _missing_(cls, value: object) -> "{name}":
    later = str.__new__(cls, value)
    later._name_ = later._value_ = str(value)
    return later
"""


class LaterValues(Plugin):
    def generate_enum(self, class_def: ast.ClassDef, enum_type: GraphQLEnumType) -> ast.ClassDef:
        class_def.body += ast.parse(TAKES_LATER_VALUES.format(name=enum_type.name)).body
        return class_def
