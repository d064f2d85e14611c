"""Writes generated/operations.graphql: the operations and fragments of ../../operations in one file, without descriptions.

ariadne-codegen writes documents between triple quotes, which a description would end.
"""

from pathlib import Path

from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse, print_ast

HERE = Path(__file__).parent
COLLECTION = HERE.parents[1] / "operations"


def collect(documents: list[str]) -> str:
    definitions = [node for document in documents for node in parse(document, no_location=True).definitions]
    for node in definitions:
        if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode):
            node.description = None
    return "\n\n".join(print_ast(node) for node in definitions) + "\n"


if __name__ == "__main__":
    files = sorted(COLLECTION.rglob("*.graphql"))
    generated = HERE / "generated"
    generated.mkdir(exist_ok=True)
    (generated / "operations.graphql").write_text(collect([file.read_text("utf-8") for file in files]), "utf-8")
