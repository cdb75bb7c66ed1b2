"""The work of reaching those to be heard: who is called, when, with what outcome, and the appointments that come of it."""
