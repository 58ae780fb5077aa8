"""Who changed what when, whether they were allowed to, and whose keys count."""
