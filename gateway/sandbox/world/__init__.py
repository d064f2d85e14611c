"""What the sandbox holds: what is sold and to whom (`seed`), what happened since (`store`), its clock and its ids."""
