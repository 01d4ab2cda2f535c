"""What would be said to past messages, samples of it for judges, and what their verdicts prove: all but files."""
