"""
Local servers that play Messenger, WhatsApp, X, Slack and a shop, and the page that shows them.

They are the platforms' side of the wire: they sign webhooks as the platforms do, keep what they are sent, refuse what
the platforms refuse, and take injected faults. They never ship and never import `chalicelib`: a simulator that
shared code with the product would agree with its mistakes. Everything binds 127.0.0.1.

    python -m infra.local.simulators --port N --config FILE
"""
