"""
What one event means here: `advance.advance(Loaded, Event, Environment) -> Change | Need`. Pure.

`loaded` is what is known, `change` what follows, `change_set` collects it; every other module handles some events.
"""
