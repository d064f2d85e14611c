"""Operations as tools of the Model Context Protocol, for agents. Begin with `endpoint`. Needs the package mcp, an extra."""
