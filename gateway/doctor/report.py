"""The findings as lines for people or as one JSON document."""

from collections.abc import Sequence

import msgspec

from gateway.doctor.findings import Finding, Verdict


def verdict(findings: Sequence[Finding]) -> Verdict:
    """The worst of all; what was skipped does not count."""
    verdicts = {each.verdict for each in findings}
    return "failed" if "failed" in verdicts else "warning" if "warning" in verdicts else "ok"


def as_lines(findings: Sequence[Finding]) -> str:
    width = max(len(each.name) for each in findings)
    return "".join(_line(each, width) for each in findings)


def as_json(findings: Sequence[Finding]) -> str:
    document = msgspec.json.encode({"verdict": verdict(findings), "checks": findings})
    return msgspec.json.format(document, indent=2).decode() + "\n"


def _line(finding: Finding, width: int) -> str:
    remedy = f" -> {finding.remedy}" if finding.remedy else ""
    return f"{finding.verdict:<7}  {finding.name:<{width}}  {finding.ms:>5} ms  {finding.detail}{remedy}\n"
