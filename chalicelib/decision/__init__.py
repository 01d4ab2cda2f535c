"""
What to do with the messages that nothing has answered yet: `decide.decide(input.DecisionInput) -> Decision`. Pure.

The lowest part of the bot: rules, word lists and texts. It knows no table, no event and no ticket's life.
"""
