"""`gateway operations`: the collection of operations, for people and as a manifest."""

from gateway.operations.collection import manifest, read_collection


def as_lines() -> str:
    collection = read_collection()
    width = max(len(operation.name) for operation in collection)
    return "".join(f"{operation.name:{width}}  {operation.description}\n" for operation in collection)


def as_manifest() -> str:
    return manifest(read_collection())
