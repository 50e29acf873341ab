"""What all live figures share: the base class, its settings, drawing tools, the built page, the host."""
