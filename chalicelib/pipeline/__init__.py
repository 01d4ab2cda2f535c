"""
The engine: what an event means here, and what is sent because of it. docs/map.md says for each module what it decides.

One handler a trigger: `intake` (webhooks), `process` (events; `decide` is its pure table of rules), `deliver` (outbox
rows), `receipts` (what platforms report), `timers`, `sweep` (each minute). Clicks in Slack: `slack.interactions`.
"""
