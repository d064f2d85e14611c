"""Writes generated/operations.graphql: the operations of ../../operations, and each fragment once, which several of them have.

Descriptions are left out, because ariadne-codegen writes documents between triple quotes, which a description would end.
"""

from pathlib import Path

from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse, print_ast

HERE = Path(__file__).parent
COLLECTION = HERE.parents[1] / "operations"


def collect(documents: list[str]) -> str:
    definitions = dict[str, str]()
    for node in [node for document in documents for node in parse(document, no_location=True).definitions]:
        if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode) and node.name:
            node.description = None
            text = print_ast(node)
            if definitions.setdefault(node.name.value, text) != text:
                raise SystemExit(f"Two definitions have the name {node.name.value}.")
    return "\n\n".join(definitions.values()) + "\n"


if __name__ == "__main__":
    files = sorted(COLLECTION.glob("*.graphql"))
    generated = HERE / "generated"
    generated.mkdir(exist_ok=True)
    (generated / "operations.graphql").write_text(collect([file.read_text("utf-8") for file in files]), "utf-8")
