"""Web push: telling the people of a campaign, on their phones, that a milestone was reached."""
