"""The project's own small figure: poses as data, drawn as SVG. Standard library only."""
