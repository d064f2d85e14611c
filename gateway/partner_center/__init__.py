"""Partner Center's REST API, and nothing of GraphQL."""
