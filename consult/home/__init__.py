"""Where one arrives: the start page, the dashboard of a study, the palette, running jobs."""
