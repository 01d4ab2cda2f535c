"""Instagram, played: direct messages and comments."""
