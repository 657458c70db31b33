"""What else pages print: figures of series, milestones, centres, sources, what was changed or withdrawn."""
