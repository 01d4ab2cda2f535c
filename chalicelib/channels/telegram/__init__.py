"""
Telegram: a bot's private chats, groups, and the accounts of businesses that let it answer for them.

`channel` is the port's side, `calls` makes requests and names their errors, `events` reads what comes, `messages` the
messages among it, `content` what they hold, `places` says where an answer goes.
"""
