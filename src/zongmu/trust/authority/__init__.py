"""Who may do what: keys and policy, whoever answers for a commit, edits, consents and endorsements."""
