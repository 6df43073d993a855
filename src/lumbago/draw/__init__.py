"""The project's own small figure and charts, drawn as SVG. Standard library only."""
