"""Work orders of 12345: taken down, dispatched, signed for, answered, called back, closed (GB/T 33358-2016)."""
