"""A plugin for ariadne-codegen: the description of an operation becomes the docstring of its method.

The generator writes each document between triple quotes, which the ones around a description would end.
"""

import ast

from ariadne_codegen.plugins.base import Plugin
from graphql import ExecutableDefinitionNode, OperationDefinitionNode, print_ast


class Descriptions(Plugin):
    def generate_operation_str(self, operation_str: str, operation_definition: ExecutableDefinitionNode) -> str:
        description = getattr(operation_definition, "description", None)
        return operation_str.replace(print_ast(description), "", 1).lstrip() if description else operation_str

    def generate_client_method(
        self,
        method_def: ast.FunctionDef | ast.AsyncFunctionDef,
        operation_definition: OperationDefinitionNode,
    ) -> ast.FunctionDef | ast.AsyncFunctionDef:
        description = getattr(operation_definition, "description", None)
        if description:
            method_def.body.insert(0, ast.Expr(ast.Constant(description.value)))
        return method_def
