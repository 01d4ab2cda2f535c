"""
E-mail: mails that SES receives into the bucket, and answers that SES sends.

`arrivals` holds a queue's message against the account's secrets, `incoming` reads what comes of it: `letters` a mail,
`reports` what became of ours. `mime` reads the bytes of a mail, `headers` its headers, `markup` its HTML, `quotes` what
its sender wrote of it, `envelope` what SES says of it, `threads` our marks in it, `loops` whether a machine wrote it.
"""
