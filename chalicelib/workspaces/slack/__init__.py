"""The agents' workspace in Slack: tickets as blocks, dialogs, clicks, and the calls that carry them."""
