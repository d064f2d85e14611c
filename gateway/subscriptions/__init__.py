"""What a customer owns: what a change may touch, and what can still be taken back. Begin with `content`."""
