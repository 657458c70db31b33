"""Review on the screens: drafts and their steps, the reviewer's desk, proposals, and what the public relies on."""
