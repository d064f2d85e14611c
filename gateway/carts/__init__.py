"""What can be done to a cart: `edits` says what would change, `service` and `checkout` carry it out, `rules` declines."""
