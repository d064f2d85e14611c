"""What the process says of itself: `logs`."""
