"""A brand's own file: what it may say, when, to whom and how far the bot may go."""
