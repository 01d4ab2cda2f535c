"""Instagram: direct messages, and comments under the account's posts, reels and live videos."""
