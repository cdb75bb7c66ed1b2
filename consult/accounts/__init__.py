"""Users of the installation: accounts, server-side sessions, sign-in and its throttle, resets and invitations."""
