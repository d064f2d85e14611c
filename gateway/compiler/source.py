"""Python source under construction: functions, and names for the values that they use."""

from typing import Any


class Source:
    """Collects functions. Names in them stand for local variables, for each other, and for constants."""

    def __init__(self, **constants: object) -> None:
        """*constants* have the names that they are given by."""
        self._namespace: dict[str, Any] = constants
        self._constants: dict[int, str] = {}
        self._functions: list[str] = []
        self._names = 0

    def name(self, hint: str) -> str:
        """A name that nothing else has."""
        self._names += 1
        return f"{hint}_{self._names}"

    def constant(self, value: object, hint: str) -> str:
        """The name of a value. The source holds the value, so that its identity stays its own."""
        name = self._constants.get(id(value))
        if name is None:
            name = self._constants[id(value)] = self.name(hint)
            self._namespace[name] = value
        return name

    def function(self, hint: str, parameters: str, statements: list[str]) -> str:
        """The name of a function with these statements, each a line that may bring its own indentation."""
        name = self.name(hint)
        self._functions.append("\n    ".join([f"def {name}({parameters}):", *statements]))
        return name

    @property
    def text(self) -> str:
        return "\n\n".join(self._functions)

    def compiled(self) -> dict[str, Any]:
        """All functions and constants by name."""
        exec(compile(self.text, "<compiled operation>", "exec"), self._namespace)  # noqa: S102 - our own source
        return self._namespace
