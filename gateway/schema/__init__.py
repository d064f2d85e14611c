"""The graph, and nothing of HTTP."""
