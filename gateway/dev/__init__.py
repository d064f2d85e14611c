"""Gateway and sandbox in one process, to try things out. Begin with `development`."""
