"""
The stages, one a trigger: `intake`, `process`, `deliver`, `receipts`, `timers`, `sweep`.

What reads, writes and waits around the engine. Each may run twice and in any order.
"""
