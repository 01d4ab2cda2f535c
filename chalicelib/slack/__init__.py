"""The agents' desk in Slack: tickets as blocks, modals, actions, and the calls that carry them."""
