"""Twilio's messaging, played: `api` is what its channels share, a module for each of them."""
