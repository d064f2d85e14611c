"""Records of the JSON that Partner Center sends and takes, one module a resource. They know nothing of HTTP."""
