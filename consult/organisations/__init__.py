"""The directory: organisations, sites, roles, relations and people; and their participation in a study."""
