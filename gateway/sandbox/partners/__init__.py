"""The partner itself, its indirect resellers, and who may be named in purchases."""
