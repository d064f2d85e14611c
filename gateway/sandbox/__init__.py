"""The emulator: a Partner Center small enough to hold in the hand. Knows the wire, not the gateway."""
