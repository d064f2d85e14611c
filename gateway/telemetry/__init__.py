"""What the process reports about itself.

Begin with `events`: each thing worth reporting is one function, which writes the log record and counts the metrics.
`logs` formats the records, `metrics` declares every metric, `tracing` makes spans, and `exposition` serves the metrics.
"""
