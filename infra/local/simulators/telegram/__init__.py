"""Telegram, played: `bot` is the Bot API and what a phone does, `updates` its webhooks' bodies."""
