"""What stands between a cart and its orders, found before paying."""
