"""
Twilio's messaging: one API, one signature and one set of errors; a module for each channel that is spoken through it.

`account` is the channel that they share, `calls` makes its requests and names its errors, `events` reads its webhooks,
`lists` its lists.
"""
