"""Setting up a campaign: its pack, what the office changes of it on screen, and what that will change."""
