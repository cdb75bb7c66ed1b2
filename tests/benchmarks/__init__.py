"""How fast Consult is, as ratios of two sides run in turn in one session: `make bench` prints the table. No test asserts a time."""
