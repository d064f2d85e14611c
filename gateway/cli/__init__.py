"""The command line. Begin with `main`; `arguments` says how each mistake in a command line is answered."""
