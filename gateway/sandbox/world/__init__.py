"""The sandbox's state: catalog and customers (`seed`), everything that happened since (`store`), its clock and its ids."""
