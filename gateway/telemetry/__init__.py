"""What the process reports about itself.

Begin with `events`: each thing worth reporting is one function, which writes the log record and counts the metrics. A
request, an attempt at a call and a purchase gather a report of their own on the way: `requests`, `calls`, `purchases`. A
change of a subscription or order is reported by `changes`.
`logs` formats the records, `metrics` declares and serves every metric, `tracing` makes the spans.
"""
