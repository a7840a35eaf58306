// Without separators it throws.
split("abc", "")             // expect error: empty separators string
