"""Products, SKUs, availabilities and customers by key, cached between requests: `catalog`. `paging` cuts lists into pages."""
