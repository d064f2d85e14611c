"""What a request looks up, each key once. Begin with `loaders`; `batching` is the mechanism, `keys` what is asked by."""
