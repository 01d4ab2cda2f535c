"""What is kept: keys and items (pure), the table, the directory of accounts, queues, secrets and parked bodies."""
