"""Who buys: the list of customers and their profiles."""
