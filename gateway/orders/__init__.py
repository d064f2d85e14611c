"""What can be done to a customer's orders once they are placed. Begin with `cancelling`. No GraphQL, no HTTP."""
