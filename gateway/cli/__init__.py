"""The command line. Begin with `main`; `commands` declares flags, `arguments` reports mistakes."""
