"""Gateway and sandbox in one process, for trying things out. Begin with `development`."""
