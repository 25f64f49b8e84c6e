"""Actions of the small project: one of each kind that an action can be."""
