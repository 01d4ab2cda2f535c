"""A seeded day of customers, played through a running local stack, and what became of each."""
