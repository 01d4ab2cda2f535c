"""The stages: intake, desk, process (decide is its pure heart), deliver, receipts, timers, sweep."""
