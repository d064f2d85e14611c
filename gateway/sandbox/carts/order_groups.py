"""Which lines of a cart become one order."""

from collections.abc import Sequence

from gateway.sandbox.carts.rules.context import Judged

OLD_CATALOG_GROUP = "OMS-0"


def order_groups(lines: Sequence[Judged]) -> list[str | None]:
    """The label of each line, in the order given; None for a line with an error, which can become no order.

    Lines of the old catalog share "OMS-0". Those of the new one are grouped by billing cycle and numbered from "0"
    in the order in which the cycles first appear. The samples of "Create a cart" agree; the rule itself is Inferred.
    """
    labels: dict[str, str] = {}
    groups: list[str | None] = []
    for line in lines:
        if line.error is not None:
            groups.append(None)
        elif line.is_old_catalog:
            groups.append(OLD_CATALOG_GROUP)
        else:
            groups.append(labels.setdefault(line.asked.cycle or "", str(len(labels))))
    return groups
