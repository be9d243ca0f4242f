"""Rules of the code, of results and of time limits: pure functions, and dated data beside them in `data/`."""
