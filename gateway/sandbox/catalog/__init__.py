"""The catalog: products and their SKUs, offers of the old catalog, promotions, stock."""
