"""From values to HTML: what may stand in it, how values are said, tables, charts, templates and the shells of MkDocs."""
