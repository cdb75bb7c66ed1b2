"""Studies: who works in them and as what, their perimeter, segments, quotas and saved views."""
