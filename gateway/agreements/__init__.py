"""Who has accepted which agreement, and how a partner says so. Begin with `confirming`. No GraphQL, no HTTP."""
