"""E-mail by SES, played: an SMTP server for customers' mails, SES's bucket and queue behind it, its API for ours."""
