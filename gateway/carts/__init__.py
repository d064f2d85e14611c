"""What can be done to a cart."""
