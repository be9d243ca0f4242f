"""HTTP of the desk: what comes in is checked at the gate, then handled by one module a topic."""
