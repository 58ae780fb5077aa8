"""The public site, built from small instances that the tests write themselves."""
